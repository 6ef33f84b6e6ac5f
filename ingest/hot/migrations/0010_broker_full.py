"""Alarms have one more kind: the message queue had no room for what devices sent."""

from django.db import migrations, models

KINDS = [
    ("silent", "计量点静默"),
    ("gateway", "网关中断"),
    ("network", "厂区网络中断"),
    ("stuck", "读数不变"),
    ("jump", "读数突变"),
    ("clock", "时钟偏差"),
    ("flood", "读数过密"),
    ("broker", "消息队列已满"),
]


class Migration(migrations.Migration):
    dependencies = [("hot", "0009_floods")]

    operations = [
        migrations.AlterField("alarm", "kind", models.CharField(choices=KINDS, max_length=10)),
    ]
