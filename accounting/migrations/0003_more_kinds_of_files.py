from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounting', '0002_calibrations_known_results_plans'),
    ]

    operations = [
        migrations.AlterField(
            model_name='renderedfile',
            name='kind',
            field=models.CharField(choices=[('pdf', 'Pdf'), ('receipt', 'Receipt'), ('xlsx', 'Xlsx'), ('verification_pdf', 'Verification Pdf'), ('verification_xlsx', 'Verification Xlsx')], max_length=20),
        ),
    ]
