from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='CaseOpening',
            fields=[
                ('id', models.CharField(max_length=140, primary_key=True, serialize=False)),
                ('draw_nonce', models.CharField(max_length=64)),
                ('nonce', models.CharField(max_length=64)),
                ('commitment', models.CharField(max_length=64)),
                ('candidates', models.JSONField()),
                ('created_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='ChainCase',
            fields=[
                ('id', models.CharField(max_length=140, primary_key=True, serialize=False)),
                ('tenant', models.CharField(max_length=63)),
                ('account', models.CharField(max_length=40)),
                ('plant', models.CharField(max_length=40)),
                ('period', models.CharField(max_length=7)),
                ('version', models.PositiveIntegerField()),
                ('auditor', models.CharField(max_length=40)),
                ('seed', models.CharField(blank=True, max_length=64)),
                ('open', models.BooleanField(default=True)),
                ('record', models.TextField()),
                ('opened_at', models.DateTimeField()),
                ('last_tx', models.CharField(max_length=64)),
            ],
            options={
                'indexes': [models.Index(fields=['auditor', 'open', 'opened_at'], name='chain_case_queue')],
            },
        ),
        migrations.CreateModel(
            name='ChainReport',
            fields=[
                ('id', models.CharField(max_length=140, primary_key=True, serialize=False)),
                ('tenant', models.CharField(max_length=63)),
                ('account', models.CharField(max_length=40)),
                ('plant', models.CharField(max_length=40)),
                ('period', models.CharField(max_length=7)),
                ('version', models.PositiveIntegerField()),
                ('state', models.CharField(choices=[('submitted', '已提交'), ('in_verification', '核查中'), ('withdrawn', '已撤回'), ('returned', '已退回'), ('minted', '已铸造'), ('superseded', '已被更正')], max_length=16)),
                ('digest', models.CharField(max_length=64)),
                ('record', models.TextField()),
                ('submitted_tx', models.CharField(max_length=64)),
                ('submitted_block', models.BigIntegerField()),
                ('submitted_at', models.DateTimeField()),
                ('minted_tx', models.CharField(blank=True, max_length=64)),
                ('minted_block', models.BigIntegerField(null=True)),
                ('minted_at', models.DateTimeField(null=True)),
                ('last_tx', models.CharField(max_length=64)),
            ],
            options={
                'indexes': [models.Index(fields=['digest'], name='chain_report_by_digest'), models.Index(fields=['state', 'submitted_at'], name='chain_report_queue'), models.Index(fields=['account', '-submitted_at'], name='chain_report_by_account')],
            },
        ),
    ]
