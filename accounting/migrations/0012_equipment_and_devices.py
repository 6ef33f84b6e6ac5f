"""Units and equipment of source streams, measuring devices, and the departments responsible for data."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounting', '0011_answers_to_figures'),
    ]

    operations = [
        migrations.CreateModel(
            name='EquipmentFact',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('plant', models.CharField(max_length=40)),
                ('of', models.CharField(max_length=10)),
                ('owner', models.CharField(blank=True, max_length=40)),
                ('name', models.CharField(max_length=40)),
                ('text', models.CharField(max_length=300)),
                ('person', models.CharField(max_length=40)),
                ('changed_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('plant', 'of', 'owner', 'name'), name='one_equipment_fact')],
            },
        ),
    ]
