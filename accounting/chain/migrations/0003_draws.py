"""Draws of auditors: their read model and nonces; a case's own draw nonce and candidates are gone."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounting_chain', '0002_period_standing'),
    ]

    operations = [
        migrations.CreateModel(
            name='ChainDraw',
            fields=[
                ('period', models.CharField(max_length=7, primary_key=True, serialize=False)),
                ('round', models.PositiveIntegerField()),
                ('administrator', models.CharField(blank=True, max_length=64)),
                ('regulator', models.CharField(blank=True, max_length=64)),
                ('administrator_open', models.BooleanField(default=False)),
                ('regulator_open', models.BooleanField(default=False)),
                ('seed', models.CharField(blank=True, max_length=64)),
                ('last_tx', models.CharField(max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name='DrawNonce',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('side', models.CharField(max_length=16)),
                ('period', models.CharField(max_length=7)),
                ('round', models.PositiveIntegerField()),
                ('sealed', models.TextField()),
                ('commitment', models.CharField(max_length=64)),
                ('created_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('side', 'period', 'round'), name='one_nonce_per_side_and_round')],
            },
        ),
        migrations.RemoveField(model_name='caseopening', name='candidates'),
        migrations.RemoveField(model_name='caseopening', name='draw_nonce'),
    ]
