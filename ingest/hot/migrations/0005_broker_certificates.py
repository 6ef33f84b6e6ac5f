from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('hot', '0004_watching'),
    ]

    operations = [
        migrations.CreateModel(
            name='BrokerCertificate',
            fields=[
                ('serial', models.CharField(max_length=50, primary_key=True, serialize=False)),
                ('username', models.CharField(max_length=90)),
                ('issued_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('revoked_at', models.DateTimeField(null=True)),
            ],
        ),
    ]
