import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import shimen.models
import supply.models.menus
import supply.rules.booking_states
from shimen.migrating import Together


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("coverage", "0001_initial"),
        ("privacy", "0001_initial"),
        ("territory", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        Together(
            [
                migrations.CreateModel(
                    name="CallUp",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("subject_kind", models.CharField(blank=True, max_length=20, verbose_name="事由类别")),
                        ("subject_id", models.UUIDField(blank=True, null=True, verbose_name="事由编号")),
                        ("subject_title", models.CharField(blank=True, max_length=80, verbose_name="事由")),
                        ("title", models.CharField(max_length=60, verbose_name="做什么")),
                        ("words", models.CharField(blank=True, max_length=200, verbose_name="说明")),
                        ("location", models.CharField(max_length=80, verbose_name="在哪里集合")),
                        ("starts_at", models.DateTimeField(verbose_name="开始")),
                        ("ends_at", models.DateTimeField(verbose_name="结束")),
                        ("wanted", models.PositiveSmallIntegerField(verbose_name="要几个人")),
                        (
                            "groups",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=10),
                                blank=True,
                                default=list,
                                size=None,
                                verbose_name="只找哪些群体",
                            ),
                        ),
                        (
                            "helps",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=10),
                                blank=True,
                                default=list,
                                size=None,
                                verbose_name="只找能帮什么的",
                            ),
                        ),
                        (
                            "token",
                            models.CharField(editable=False, max_length=16, unique=True, verbose_name="公开地址"),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[("open", "召集中"), ("closed", "已结束"), ("cancelled", "已取消")],
                                default="open",
                                max_length=10,
                                verbose_name="状态",
                            ),
                        ),
                        ("cancel_reason", models.CharField(blank=True, max_length=120, verbose_name="取消原因")),
                        ("made_at", models.DateTimeField(verbose_name="发起时间")),
                        ("closed_at", models.DateTimeField(null=True, verbose_name="了结时间")),
                        (
                            "area",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="territory.area",
                                verbose_name="只找哪个网格的",
                            ),
                        ),
                        (
                            "made_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "street",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="territory.street",
                                verbose_name="街道",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "召集",
                    },
                ),
                migrations.CreateModel(
                    name="CouponBatch",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("title", models.CharField(max_length=40, verbose_name="券名")),
                        ("value", models.DecimalField(decimal_places=2, max_digits=7, verbose_name="面值（元）")),
                        ("terms", models.CharField(blank=True, max_length=120, verbose_name="怎么用")),
                        ("number", models.PositiveIntegerField(verbose_name="张数")),
                        ("issued", models.PositiveIntegerField(default=0, verbose_name="已发")),
                        ("valid", django.contrib.postgres.fields.ranges.DateRangeField(verbose_name="有效期")),
                        (
                            "audience",
                            models.CharField(
                                choices=[
                                    ("workers", "在本街道工作的人"),
                                    ("volunteers", "新就业群体志愿者"),
                                    ("activity", "活动打卡的人"),
                                    ("anyone", "凭手机号领取的人"),
                                ],
                                max_length=10,
                                verbose_name="发给谁",
                            ),
                        ),
                        (
                            "hold_minutes",
                            models.PositiveSmallIntegerField(default=120, verbose_name="网络不好时预留几分钟"),
                        ),
                        (
                            "token",
                            models.CharField(editable=False, max_length=16, unique=True, verbose_name="领取地址"),
                        ),
                        ("subject_kind", models.CharField(blank=True, max_length=20, verbose_name="事由类别")),
                        ("subject_id", models.UUIDField(blank=True, null=True, verbose_name="事由编号")),
                        ("subject_title", models.CharField(blank=True, max_length=80, verbose_name="事由")),
                        ("made_at", models.DateTimeField(verbose_name="建立时间")),
                        ("stopped_at", models.DateTimeField(blank=True, null=True, verbose_name="停发时间")),
                        (
                            "made_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "street",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="territory.street",
                                verbose_name="街道",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "优享券批次",
                    },
                ),
                migrations.CreateModel(
                    name="Coupon",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("short", models.CharField(max_length=7, verbose_name="券号")),
                        (
                            "state",
                            models.CharField(
                                choices=[("issued", "没有用"), ("redeemed", "已用"), ("void", "已作废")],
                                default="issued",
                                max_length=8,
                                verbose_name="状态",
                            ),
                        ),
                        ("phone_sealed", models.BinaryField(null=True, verbose_name="领券手机号（加密）")),
                        ("phone_index", models.BinaryField(max_length=16, null=True, verbose_name="领券手机号索引")),
                        ("phone_mask", models.CharField(blank=True, max_length=20, verbose_name="领券手机号")),
                        ("person_index", models.BinaryField(max_length=16, null=True, verbose_name="持券人摘要")),
                        ("issued_at", models.DateTimeField(verbose_name="发券时间")),
                        ("voided_at", models.DateTimeField(blank=True, null=True, verbose_name="作废时间")),
                        ("void_reason", models.CharField(blank=True, max_length=120, verbose_name="作废原因")),
                        ("forgotten_at", models.DateTimeField(editable=False, null=True, verbose_name="清空时间")),
                        (
                            "issued_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "street",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="territory.street",
                                verbose_name="街道",
                            ),
                        ),
                        (
                            "worker",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="coverage.worker",
                                verbose_name="从业人员",
                            ),
                        ),
                        (
                            "batch",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="coupons",
                                to="supply.couponbatch",
                                verbose_name="批次",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "优享券",
                    },
                ),
                migrations.CreateModel(
                    name="CouponMerchant",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("added_at", models.DateTimeField(verbose_name="加入时间")),
                        ("left_at", models.DateTimeField(blank=True, null=True, verbose_name="退出时间")),
                        (
                            "batch",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="merchants",
                                to="supply.couponbatch",
                            ),
                        ),
                        (
                            "entity",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="coverage.entity",
                                verbose_name="商户",
                            ),
                        ),
                        (
                            "street",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="territory.street",
                                verbose_name="街道",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "参加的商户",
                    },
                ),
                migrations.CreateModel(
                    name="Delivery",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("year", models.PositiveSmallIntegerField(verbose_name="年")),
                        ("serial", models.PositiveIntegerField(verbose_name="序号")),
                        ("title", models.CharField(max_length=60, verbose_name="要什么")),
                        ("words", models.CharField(blank=True, max_length=300, verbose_name="说明")),
                        (
                            "category",
                            models.CharField(
                                choices=[
                                    ("life", "组织生活"),
                                    ("course", "课程实训"),
                                    ("policy", "政策法律"),
                                    ("health", "健康"),
                                    ("care", "关爱服务"),
                                    ("culture", "文体活动"),
                                    ("space", "场地设施"),
                                ],
                                max_length=8,
                                verbose_name="类别",
                            ),
                        ),
                        ("heads", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="多少人")),
                        ("address", models.CharField(max_length=100, verbose_name="送到哪里")),
                        ("wanted_on", models.DateField(verbose_name="希望哪天")),
                        ("planned_on", models.DateField(blank=True, null=True, verbose_name="定在哪天")),
                        ("planned_time", models.TimeField(blank=True, null=True, verbose_name="几点")),
                        ("provider", models.CharField(blank=True, max_length=60, verbose_name="谁来送")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("requested", "等接单"),
                                    ("accepted", "已接单"),
                                    ("dispatched", "在路上"),
                                    ("delivered", "已送达"),
                                    ("rated", "已评价"),
                                    ("refused", "没接"),
                                    ("cancelled", "已取消"),
                                ],
                                default="requested",
                                max_length=10,
                                verbose_name="状态",
                            ),
                        ),
                        ("code", models.CharField(max_length=4, verbose_name="送达码")),
                        ("tries", models.PositiveSmallIntegerField(default=0)),
                        (
                            "proof",
                            models.CharField(
                                blank=True,
                                choices=[("", "还没有"), ("code", "对方报了送达码"), ("note", "写了说明")],
                                default="",
                                max_length=6,
                                verbose_name="送达凭据",
                            ),
                        ),
                        ("proof_note", models.CharField(blank=True, max_length=200, verbose_name="送达说明")),
                        (
                            "rating",
                            models.CharField(
                                blank=True,
                                choices=[("", "还没有评"), ("good", "满意"), ("fair", "基本满意"), ("bad", "不满意")],
                                default="",
                                max_length=6,
                                verbose_name="评价",
                            ),
                        ),
                        ("rating_words", models.CharField(blank=True, max_length=200, verbose_name="评价的话")),
                        ("requested_at", models.DateTimeField(verbose_name="申请时间")),
                        ("delivered_at", models.DateTimeField(blank=True, null=True, verbose_name="送达时间")),
                        ("revision", models.PositiveIntegerField(default=1)),
                        (
                            "requested_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "street",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="territory.street",
                                verbose_name="街道",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "直通车",
                    },
                ),
                migrations.CreateModel(
                    name="DeliveryMoment",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("at", models.DateTimeField(verbose_name="时间")),
                        ("sentence", models.CharField(max_length=120, verbose_name="一句话")),
                        ("words", models.CharField(blank=True, max_length=300, verbose_name="说明")),
                        (
                            "by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "delivery",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="moments",
                                to="supply.delivery",
                            ),
                        ),
                        (
                            "street",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="territory.street",
                                verbose_name="街道",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "直通车经过",
                    },
                ),
                migrations.CreateModel(
                    name="Equipment",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("name", models.CharField(max_length=60, verbose_name="名称")),
                        ("note", models.CharField(blank=True, max_length=100, verbose_name="说明")),
                        ("retired_on", models.DateField(blank=True, null=True, verbose_name="停用日期")),
                        (
                            "street",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="territory.street",
                                verbose_name="街道",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "设备",
                    },
                ),
                migrations.CreateModel(
                    name="MealPoint",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("name", models.CharField(max_length=40, verbose_name="名称")),
                        (
                            "eaters",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(
                                    choices=[
                                        ("rider", "外卖骑手"),
                                        ("courier", "快递员"),
                                        ("driver", "网约车、货车司机"),
                                        ("cleaner", "环卫工人"),
                                        ("security", "保安、物业人员"),
                                        ("streamer", "网络主播"),
                                        ("elderly", "60 岁以上老人"),
                                        ("anyone", "所有人"),
                                    ],
                                    max_length=10,
                                ),
                                size=None,
                                verbose_name="谁可以来",
                            ),
                        ),
                        ("terms", models.CharField(blank=True, max_length=160, verbose_name="怎么享受")),
                        ("offer", models.CharField(blank=True, max_length=160, verbose_name="有什么吃的")),
                        ("price", models.DecimalField(decimal_places=2, max_digits=6, verbose_name="价格（元）")),
                        ("price_note", models.CharField(blank=True, max_length=60, verbose_name="价格说明")),
                        ("is_open_on_holidays", models.BooleanField(default=False, verbose_name="节假日照常")),
                        ("valid", django.contrib.postgres.fields.ranges.DateRangeField(verbose_name="期间")),
                        (
                            "token",
                            models.CharField(editable=False, max_length=16, unique=True, verbose_name="公开地址"),
                        ),
                        ("made_at", models.DateTimeField(verbose_name="登记时间")),
                        ("end_reason", models.CharField(blank=True, max_length=120, verbose_name="停办原因")),
                        (
                            "entity",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="coverage.entity",
                                verbose_name="哪家店",
                            ),
                        ),
                        (
                            "made_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "place",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="territory.place",
                                verbose_name="地点",
                            ),
                        ),
                        (
                            "street",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="territory.street",
                                verbose_name="街道",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "暖新餐点",
                    },
                ),
                migrations.CreateModel(
                    name="MealPause",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("period", django.contrib.postgres.fields.ranges.DateRangeField(verbose_name="停供期间")),
                        ("reason", models.CharField(max_length=60, verbose_name="原因")),
                        ("made_at", models.DateTimeField(verbose_name="登记时间")),
                        (
                            "made_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "street",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="territory.street",
                                verbose_name="街道",
                            ),
                        ),
                        (
                            "point",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="pauses",
                                to="supply.mealpoint",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "餐点停供",
                    },
                ),
                migrations.CreateModel(
                    name="MealHours",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "weekday",
                            models.PositiveSmallIntegerField(
                                choices=[
                                    (0, "周一"),
                                    (1, "周二"),
                                    (2, "周三"),
                                    (3, "周四"),
                                    (4, "周五"),
                                    (5, "周六"),
                                    (6, "周日"),
                                ],
                                verbose_name="星期",
                            ),
                        ),
                        ("opens", models.TimeField(verbose_name="开始")),
                        ("closes", models.TimeField(verbose_name="结束")),
                        (
                            "point",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="hours", to="supply.mealpoint"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "供餐时间",
                    },
                ),
                migrations.CreateModel(
                    name="MealReport",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("shut", "该开的时候没开"),
                                    ("sold_out", "没有吃的了"),
                                    ("refused", "符合条件却不让吃"),
                                    ("other", "其他"),
                                ],
                                max_length=10,
                                verbose_name="怎么了",
                            ),
                        ),
                        ("words", models.CharField(blank=True, max_length=120, verbose_name="说明")),
                        ("reported_at", models.DateTimeField(verbose_name="反映时间")),
                        ("answered_at", models.DateTimeField(null=True, verbose_name="了结时间")),
                        ("answer", models.CharField(blank=True, max_length=120, verbose_name="怎么处理的")),
                        (
                            "answered_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "point",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="reports",
                                to="supply.mealpoint",
                            ),
                        ),
                        (
                            "street",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="territory.street",
                                verbose_name="街道",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "餐点反映",
                    },
                ),
                migrations.CreateModel(
                    name="Menu",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("week", models.DateField(verbose_name="周一")),
                        (
                            "state",
                            models.CharField(
                                choices=[("draft", "预览"), ("held", "暂缓"), ("published", "已发布")],
                                default="draft",
                                max_length=10,
                                verbose_name="状态",
                            ),
                        ),
                        ("note", models.CharField(blank=True, max_length=200, verbose_name="说明")),
                        ("publishes_at", models.DateTimeField(verbose_name="发布时间")),
                        ("holds_until", models.DateTimeField(verbose_name="留位到")),
                        ("closes_at", models.DateTimeField(verbose_name="报名截止")),
                        ("assembled_at", models.DateTimeField(verbose_name="起草时间")),
                        ("published_at", models.DateTimeField(blank=True, null=True, verbose_name="实际发布")),
                        ("held_why", models.CharField(blank=True, max_length=200, verbose_name="为什么暂缓")),
                        ("token", models.CharField(default=supply.models.menus.new_token, max_length=24, unique=True)),
                        (
                            "published_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "street",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="territory.street",
                                verbose_name="街道",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "每周菜单",
                    },
                ),
                migrations.CreateModel(
                    name="MenuItem",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("number", models.PositiveSmallIntegerField(verbose_name="序号")),
                        ("title", models.CharField(max_length=60, verbose_name="项目")),
                        (
                            "category",
                            models.CharField(
                                choices=[
                                    ("life", "组织生活"),
                                    ("course", "课程实训"),
                                    ("policy", "政策法律"),
                                    ("health", "健康"),
                                    ("care", "关爱服务"),
                                    ("culture", "文体活动"),
                                    ("space", "场地设施"),
                                ],
                                max_length=8,
                                verbose_name="类别",
                            ),
                        ),
                        ("is_led", models.BooleanField(default=False, verbose_name="书记领跑")),
                        ("provider", models.CharField(blank=True, max_length=60, verbose_name="供给方")),
                        ("location", models.CharField(max_length=60, verbose_name="地点")),
                        ("starts_at", models.DateTimeField(verbose_name="开始")),
                        ("ends_at", models.DateTimeField(verbose_name="结束")),
                        (
                            "unit",
                            models.CharField(
                                choices=[("organisation", "个组织"), ("person", "人")],
                                default="organisation",
                                max_length=14,
                                verbose_name="名额按",
                            ),
                        ),
                        ("quota", models.PositiveSmallIntegerField(verbose_name="名额")),
                        ("taken", models.PositiveSmallIntegerField(default=0, verbose_name="已报")),
                        ("words", models.CharField(blank=True, max_length=300, verbose_name="说明")),
                        ("cancelled_at", models.DateTimeField(blank=True, null=True, verbose_name="取消时间")),
                        ("cancelled_why", models.CharField(blank=True, max_length=200, verbose_name="为什么取消")),
                        ("settled_at", models.DateTimeField(blank=True, null=True, verbose_name="记入供给时间")),
                        (
                            "area",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="territory.area",
                                verbose_name="网格",
                            ),
                        ),
                        (
                            "menu",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="items", to="supply.menu"
                            ),
                        ),
                        (
                            "street",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="territory.street",
                                verbose_name="街道",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "菜单项目",
                    },
                ),
                migrations.CreateModel(
                    name="MerchantDevice",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("label", models.CharField(max_length=30, verbose_name="谁的手机")),
                        (
                            "link_hash",
                            models.CharField(editable=False, max_length=64, unique=True, verbose_name="登录链接摘要"),
                        ),
                        ("link_until", models.DateTimeField(verbose_name="链接有效到")),
                        (
                            "secret_hash",
                            models.CharField(
                                editable=False, max_length=64, null=True, unique=True, verbose_name="手机密钥摘要"
                            ),
                        ),
                        ("made_at", models.DateTimeField(verbose_name="发链接时间")),
                        ("signed_in_at", models.DateTimeField(null=True, verbose_name="登记时间")),
                        ("ended_at", models.DateTimeField(null=True, verbose_name="停用时间")),
                        (
                            "entity",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="coverage.entity",
                                verbose_name="商户",
                            ),
                        ),
                        (
                            "made_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "street",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="territory.street",
                                verbose_name="街道",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "商户手机",
                    },
                ),
                migrations.CreateModel(
                    name="Need",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("number", models.PositiveIntegerField(verbose_name="编号")),
                        ("title", models.CharField(max_length=60, verbose_name="名称")),
                        ("words", models.CharField(blank=True, max_length=400, verbose_name="说明")),
                        (
                            "category",
                            models.CharField(
                                choices=[
                                    ("life", "组织生活"),
                                    ("course", "课程实训"),
                                    ("policy", "政策法律"),
                                    ("health", "健康"),
                                    ("care", "关爱服务"),
                                    ("culture", "文体活动"),
                                    ("space", "场地设施"),
                                ],
                                max_length=8,
                                verbose_name="类别",
                            ),
                        ),
                        (
                            "audiences",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(
                                    choices=[
                                        ("member", "党员"),
                                        ("shop", "商户"),
                                        ("staff", "企业职工"),
                                        ("rider", "骑手快递员"),
                                        ("streamer", "网络主播"),
                                        ("resident", "居民"),
                                    ],
                                    max_length=8,
                                ),
                                blank=True,
                                default=list,
                                size=None,
                                verbose_name="对象",
                            ),
                        ),
                        ("capacity", models.PositiveIntegerField(blank=True, null=True, verbose_name="人数")),
                        ("since", models.DateField(blank=True, null=True, verbose_name="从哪天")),
                        ("until", models.DateField(blank=True, null=True, verbose_name="到哪天")),
                        ("made_at", models.DateTimeField(verbose_name="登记时间")),
                        ("revision", models.PositiveIntegerField(default=1)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("open", "待对接"),
                                    ("linked", "已对接"),
                                    ("met", "已满足"),
                                    ("withdrawn", "已撤回"),
                                ],
                                default="open",
                                max_length=10,
                                verbose_name="状态",
                            ),
                        ),
                        ("raiser", models.CharField(blank=True, max_length=60, verbose_name="谁提出的")),
                        ("raised_on", models.DateField(verbose_name="提出日期")),
                        ("met_on", models.DateField(blank=True, null=True, verbose_name="满足日期")),
                        ("how_met", models.CharField(blank=True, max_length=200, verbose_name="怎么满足的")),
                        (
                            "area",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="territory.area",
                                verbose_name="网格",
                            ),
                        ),
                        (
                            "made_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "street",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="territory.street",
                                verbose_name="街道",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "需求",
                    },
                ),
                migrations.CreateModel(
                    name="ItemNeed",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "street",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="territory.street",
                                verbose_name="街道",
                            ),
                        ),
                        (
                            "item",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="answers",
                                to="supply.menuitem",
                            ),
                        ),
                        (
                            "need",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="items", to="supply.need"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "菜单对应的需求",
                    },
                ),
                migrations.AddField(
                    model_name="delivery",
                    name="need",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deliveries",
                        to="supply.need",
                    ),
                ),
                migrations.CreateModel(
                    name="Project",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("number", models.PositiveIntegerField(verbose_name="编号")),
                        ("title", models.CharField(max_length=60, verbose_name="名称")),
                        ("words", models.CharField(blank=True, max_length=400, verbose_name="说明")),
                        (
                            "category",
                            models.CharField(
                                choices=[
                                    ("life", "组织生活"),
                                    ("course", "课程实训"),
                                    ("policy", "政策法律"),
                                    ("health", "健康"),
                                    ("care", "关爱服务"),
                                    ("culture", "文体活动"),
                                    ("space", "场地设施"),
                                ],
                                max_length=8,
                                verbose_name="类别",
                            ),
                        ),
                        (
                            "audiences",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(
                                    choices=[
                                        ("member", "党员"),
                                        ("shop", "商户"),
                                        ("staff", "企业职工"),
                                        ("rider", "骑手快递员"),
                                        ("streamer", "网络主播"),
                                        ("resident", "居民"),
                                    ],
                                    max_length=8,
                                ),
                                blank=True,
                                default=list,
                                size=None,
                                verbose_name="对象",
                            ),
                        ),
                        ("capacity", models.PositiveIntegerField(blank=True, null=True, verbose_name="人数")),
                        ("since", models.DateField(blank=True, null=True, verbose_name="从哪天")),
                        ("until", models.DateField(blank=True, null=True, verbose_name="到哪天")),
                        ("made_at", models.DateTimeField(verbose_name="登记时间")),
                        ("revision", models.PositiveIntegerField(default=1)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("planned", "筹备"),
                                    ("running", "进行中"),
                                    ("done", "已完成"),
                                    ("stopped", "已停"),
                                ],
                                default="running",
                                max_length=10,
                                verbose_name="状态",
                            ),
                        ),
                        ("leader", models.CharField(blank=True, max_length=30, verbose_name="领跑书记")),
                        ("provider", models.CharField(blank=True, max_length=60, verbose_name="谁来办")),
                        ("location", models.CharField(blank=True, max_length=60, verbose_name="在哪里")),
                        ("is_door", models.BooleanField(default=False, verbose_name="可以上门")),
                        ("result", models.CharField(blank=True, max_length=300, verbose_name="做成了什么")),
                        (
                            "area",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="territory.area",
                                verbose_name="网格",
                            ),
                        ),
                        (
                            "made_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "street",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="territory.street",
                                verbose_name="街道",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "项目",
                    },
                ),
                migrations.AddField(
                    model_name="menuitem",
                    name="project",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="items",
                        to="supply.project",
                    ),
                ),
                migrations.AddField(
                    model_name="delivery",
                    name="project",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deliveries",
                        to="supply.project",
                    ),
                ),
                migrations.CreateModel(
                    name="Recipient",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("name", models.CharField(max_length=100, verbose_name="名称")),
                        ("short_name", models.CharField(blank=True, max_length=30, verbose_name="简称")),
                        ("pinyin", models.CharField(blank=True, max_length=240, verbose_name="拼音")),
                        ("initials", models.CharField(blank=True, max_length=60, verbose_name="拼音首字母")),
                        ("kind", models.CharField(max_length=20, verbose_name="类别")),
                        ("is_emerging", models.BooleanField(default=False, verbose_name="新兴领域")),
                        ("since", models.DateField(verbose_name="自")),
                        ("until", models.DateField(blank=True, null=True, verbose_name="至")),
                        (
                            "area",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="territory.area",
                                verbose_name="网格",
                            ),
                        ),
                        (
                            "place",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="territory.place",
                                verbose_name="活动地点",
                            ),
                        ),
                        (
                            "street",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="territory.street",
                                verbose_name="街道",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "服务对象",
                    },
                ),
                migrations.CreateModel(
                    name="Proposal",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("places", models.PositiveSmallIntegerField(default=1, verbose_name="留几个名额")),
                        (
                            "weeks",
                            models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="多少周没有供给"),
                        ),
                        ("why", models.CharField(max_length=120, verbose_name="为什么先给它")),
                        ("declined_at", models.DateTimeField(blank=True, null=True, verbose_name="不要的时间")),
                        (
                            "item",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="proposals",
                                to="supply.menuitem",
                            ),
                        ),
                        (
                            "street",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="territory.street",
                                verbose_name="街道",
                            ),
                        ),
                        (
                            "recipient",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="proposals",
                                to="supply.recipient",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "优先推荐",
                    },
                ),
                migrations.AddField(
                    model_name="project",
                    name="lead",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="supply.recipient",
                        verbose_name="牵头党组织",
                    ),
                ),
                migrations.CreateModel(
                    name="Order",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("places", models.PositiveSmallIntegerField(default=1, verbose_name="名额")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("placed", "已报上"),
                                    ("waiting", "候补"),
                                    ("cancelled", "已取消"),
                                    ("served", "已参加"),
                                    ("missed", "没有来"),
                                ],
                                max_length=10,
                                verbose_name="状态",
                            ),
                        ),
                        ("note", models.CharField(blank=True, max_length=100, verbose_name="备注")),
                        ("made_at", models.DateTimeField(verbose_name="报名时间")),
                        ("moved_at", models.DateTimeField(blank=True, null=True, verbose_name="候补转正时间")),
                        ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="取消时间")),
                        ("ended_why", models.CharField(blank=True, max_length=100, verbose_name="为什么取消")),
                        (
                            "item",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="orders", to="supply.menuitem"
                            ),
                        ),
                        (
                            "made_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "street",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="territory.street",
                                verbose_name="街道",
                            ),
                        ),
                        (
                            "recipient",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="orders",
                                to="supply.recipient",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "菜单报名",
                    },
                ),
                migrations.AddField(
                    model_name="need",
                    name="recipient",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="needs",
                        to="supply.recipient",
                        verbose_name="提出的党组织",
                    ),
                ),
                migrations.AddField(
                    model_name="delivery",
                    name="recipient",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deliveries",
                        to="supply.recipient",
                        verbose_name="送到哪个党组织",
                    ),
                ),
                migrations.CreateModel(
                    name="Reservation",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("reserved_at", models.DateTimeField(verbose_name="预留时间")),
                        ("expires_at", models.DateTimeField(verbose_name="预留到")),
                        ("closed_at", models.DateTimeField(null=True, verbose_name="了结时间")),
                        (
                            "coupon",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="reservations",
                                to="supply.coupon",
                                verbose_name="券",
                            ),
                        ),
                        (
                            "device",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="reservations",
                                to="supply.merchantdevice",
                            ),
                        ),
                        (
                            "street",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="territory.street",
                                verbose_name="街道",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "券的预留",
                    },
                ),
                migrations.CreateModel(
                    name="Resource",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("number", models.PositiveIntegerField(verbose_name="编号")),
                        ("title", models.CharField(max_length=60, verbose_name="名称")),
                        ("words", models.CharField(blank=True, max_length=400, verbose_name="说明")),
                        (
                            "category",
                            models.CharField(
                                choices=[
                                    ("life", "组织生活"),
                                    ("course", "课程实训"),
                                    ("policy", "政策法律"),
                                    ("health", "健康"),
                                    ("care", "关爱服务"),
                                    ("culture", "文体活动"),
                                    ("space", "场地设施"),
                                ],
                                max_length=8,
                                verbose_name="类别",
                            ),
                        ),
                        (
                            "audiences",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(
                                    choices=[
                                        ("member", "党员"),
                                        ("shop", "商户"),
                                        ("staff", "企业职工"),
                                        ("rider", "骑手快递员"),
                                        ("streamer", "网络主播"),
                                        ("resident", "居民"),
                                    ],
                                    max_length=8,
                                ),
                                blank=True,
                                default=list,
                                size=None,
                                verbose_name="对象",
                            ),
                        ),
                        ("capacity", models.PositiveIntegerField(blank=True, null=True, verbose_name="人数")),
                        ("since", models.DateField(blank=True, null=True, verbose_name="从哪天")),
                        ("until", models.DateField(blank=True, null=True, verbose_name="到哪天")),
                        ("made_at", models.DateTimeField(verbose_name="登记时间")),
                        ("revision", models.PositiveIntegerField(default=1)),
                        (
                            "state",
                            models.CharField(
                                choices=[("offered", "可用"), ("paused", "暂停"), ("ended", "已结束")],
                                default="offered",
                                max_length=10,
                                verbose_name="状态",
                            ),
                        ),
                        ("provider", models.CharField(max_length=60, verbose_name="供给方")),
                        ("location", models.CharField(blank=True, max_length=60, verbose_name="在哪里")),
                        ("per_month", models.PositiveSmallIntegerField(default=0, verbose_name="每月最多几场")),
                        ("is_door", models.BooleanField(default=False, verbose_name="可以上门")),
                        (
                            "area",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="territory.area",
                                verbose_name="网格",
                            ),
                        ),
                        (
                            "entity",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="coverage.entity",
                                verbose_name="市场主体",
                            ),
                        ),
                        (
                            "made_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "recipient",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="supply.recipient",
                                verbose_name="供给的党组织",
                            ),
                        ),
                        (
                            "street",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="territory.street",
                                verbose_name="街道",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "资源",
                    },
                ),
                migrations.AddField(
                    model_name="menuitem",
                    name="resource",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="items",
                        to="supply.resource",
                    ),
                ),
                migrations.CreateModel(
                    name="Link",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("score", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="分数")),
                        ("reasons", models.JSONField(default=list, verbose_name="理由")),
                        ("made_at", models.DateTimeField(verbose_name="对接时间")),
                        ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="结束时间")),
                        ("ended_why", models.CharField(blank=True, max_length=200, verbose_name="为什么解除")),
                        (
                            "made_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "street",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="territory.street",
                                verbose_name="街道",
                            ),
                        ),
                        (
                            "need",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="links", to="supply.need"
                            ),
                        ),
                        (
                            "project",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="links",
                                to="supply.project",
                            ),
                        ),
                        (
                            "resource",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="links",
                                to="supply.resource",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "对接",
                    },
                ),
                migrations.AddField(
                    model_name="delivery",
                    name="resource",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deliveries",
                        to="supply.resource",
                    ),
                ),
                migrations.CreateModel(
                    name="Series",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("name", models.CharField(max_length=30, verbose_name="名称")),
                        ("words", models.CharField(blank=True, max_length=200, verbose_name="说明")),
                        ("is_led", models.BooleanField(default=False, verbose_name="由书记领跑")),
                        (
                            "street",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="territory.street",
                                verbose_name="街道",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "项目系列",
                    },
                ),
                migrations.AddField(
                    model_name="project",
                    name="series",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="projects",
                        to="supply.series",
                        verbose_name="系列",
                    ),
                ),
                migrations.CreateModel(
                    name="Serving",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("on", models.DateField(verbose_name="哪天")),
                        (
                            "via",
                            models.CharField(
                                choices=[("menu", "每周菜单"), ("door", "美好直通车")],
                                max_length=6,
                                verbose_name="怎么送到的",
                            ),
                        ),
                        ("title", models.CharField(max_length=60, verbose_name="什么")),
                        (
                            "category",
                            models.CharField(
                                choices=[
                                    ("life", "组织生活"),
                                    ("course", "课程实训"),
                                    ("policy", "政策法律"),
                                    ("health", "健康"),
                                    ("care", "关爱服务"),
                                    ("culture", "文体活动"),
                                    ("space", "场地设施"),
                                ],
                                max_length=8,
                                verbose_name="类别",
                            ),
                        ),
                        ("is_led", models.BooleanField(default=False, verbose_name="书记领跑")),
                        (
                            "delivery",
                            models.OneToOneField(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="serving",
                                to="supply.delivery",
                            ),
                        ),
                        (
                            "order",
                            models.OneToOneField(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="serving",
                                to="supply.order",
                            ),
                        ),
                        (
                            "recipient",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="servings",
                                to="supply.recipient",
                            ),
                        ),
                        (
                            "street",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="territory.street",
                                verbose_name="街道",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "供给记录",
                    },
                ),
                migrations.CreateModel(
                    name="Settlement",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("period", django.contrib.postgres.fields.ranges.DateRangeField(verbose_name="期间")),
                        ("count", models.PositiveIntegerField(verbose_name="张数")),
                        ("amount", models.DecimalField(decimal_places=2, max_digits=10, verbose_name="金额（元）")),
                        ("settled_at", models.DateTimeField(verbose_name="结算时间")),
                        ("paid_on", models.DateField(blank=True, null=True, verbose_name="付款日期")),
                        ("paid_note", models.CharField(blank=True, max_length=80, verbose_name="付款说明")),
                        (
                            "entity",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="coverage.entity",
                                verbose_name="商户",
                            ),
                        ),
                        (
                            "settled_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "street",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="territory.street",
                                verbose_name="街道",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "商户结算单",
                    },
                ),
                migrations.CreateModel(
                    name="Redemption",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("value", models.DecimalField(decimal_places=2, max_digits=7, verbose_name="面值（元）")),
                        ("redeemed_at", models.DateTimeField(verbose_name="核销时间")),
                        ("is_late", models.BooleanField(default=False, verbose_name="预留过期后补送")),
                        ("undone_at", models.DateTimeField(null=True, verbose_name="撤销时间")),
                        ("undo_reason", models.CharField(blank=True, max_length=120, verbose_name="撤销原因")),
                        (
                            "coupon",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="redemptions",
                                to="supply.coupon",
                                verbose_name="券",
                            ),
                        ),
                        (
                            "device",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="supply.merchantdevice",
                            ),
                        ),
                        (
                            "entity",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="coverage.entity",
                                verbose_name="商户",
                            ),
                        ),
                        (
                            "street",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="territory.street",
                                verbose_name="街道",
                            ),
                        ),
                        (
                            "undone_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "settlement",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="lines",
                                to="supply.settlement",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "核销",
                    },
                ),
                migrations.CreateModel(
                    name="Space",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("life_room", "党员组织生活室"),
                                    ("secretary_studio", "书记工作室"),
                                    ("grid_hall", "网格议事厅"),
                                    ("live_studio", "直播互动新空间"),
                                    ("rider_station", "小哥加油站"),
                                ],
                                max_length=16,
                                verbose_name="类别",
                            ),
                        ),
                        ("name", models.CharField(max_length=60, verbose_name="名称")),
                        ("floor", models.CharField(blank=True, max_length=30, verbose_name="楼层、房号")),
                        ("floor_area", models.PositiveIntegerField(verbose_name="面积（㎡）")),
                        ("capacity", models.PositiveSmallIntegerField(verbose_name="容纳人数")),
                        ("takes_bookings", models.BooleanField(default=True, verbose_name="可以预订")),
                        ("needs_consent", models.BooleanField(default=False, verbose_name="要站长同意")),
                        ("place", models.PositiveSmallIntegerField(default=0, verbose_name="次序")),
                        ("retired_on", models.DateField(blank=True, null=True, verbose_name="停用日期")),
                        ("door_token", models.CharField(editable=False, max_length=24, unique=True)),
                        (
                            "street",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="territory.street",
                                verbose_name="街道",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "空间",
                    },
                ),
                migrations.CreateModel(
                    name="Hours",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "weekday",
                            models.PositiveSmallIntegerField(
                                choices=[
                                    (0, "周一"),
                                    (1, "周二"),
                                    (2, "周三"),
                                    (3, "周四"),
                                    (4, "周五"),
                                    (5, "周六"),
                                    (6, "周日"),
                                    (7, "节假日"),
                                ],
                                verbose_name="星期",
                            ),
                        ),
                        ("opens", models.PositiveSmallIntegerField(verbose_name="开")),
                        ("closes", models.PositiveSmallIntegerField(verbose_name="关")),
                        (
                            "street",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="territory.street",
                                verbose_name="街道",
                            ),
                        ),
                        (
                            "space",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="hours",
                                to="supply.space",
                                verbose_name="空间",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "开放时间",
                    },
                ),
                migrations.CreateModel(
                    name="BookingSeries",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("title", models.CharField(max_length=60, verbose_name="用途")),
                        (
                            "frequency",
                            models.CharField(
                                choices=[("weekly", "weekly"), ("monthly", "monthly")],
                                max_length=8,
                                verbose_name="周期",
                            ),
                        ),
                        ("interval", models.PositiveSmallIntegerField(default=1, verbose_name="每几个周期")),
                        (
                            "weekdays",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.PositiveSmallIntegerField(), size=None, verbose_name="星期"
                            ),
                        ),
                        ("nth", models.PositiveSmallIntegerField(default=1, verbose_name="第几个")),
                        ("first", models.DateField(verbose_name="首次")),
                        ("until", models.DateField(verbose_name="到")),
                        ("opens", models.PositiveSmallIntegerField(verbose_name="开始（分）")),
                        ("closes", models.PositiveSmallIntegerField(verbose_name="结束（分）")),
                        (
                            "skipped",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.DateField(), default=list, size=None, verbose_name="跳过的日子"
                            ),
                        ),
                        ("made_at", models.DateTimeField(verbose_name="登记时间")),
                        (
                            "made_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "street",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="territory.street",
                                verbose_name="街道",
                            ),
                        ),
                        (
                            "space",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="series",
                                to="supply.space",
                                verbose_name="空间",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "系列预订",
                    },
                ),
                migrations.CreateModel(
                    name="Booking",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("title", models.CharField(max_length=60, verbose_name="用途")),
                        ("people", models.PositiveSmallIntegerField(verbose_name="人数")),
                        ("note", models.CharField(blank=True, max_length=200, verbose_name="说明")),
                        ("starts_at", models.DateTimeField(verbose_name="开始")),
                        ("ends_at", models.DateTimeField(verbose_name="结束")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("waiting", "候补"),
                                    ("offered", "轮到了，待确认"),
                                    ("pending", "待站长同意"),
                                    ("confirmed", "已订"),
                                    ("used", "已签到"),
                                    ("released", "没来，已释放"),
                                    ("lapsed", "候补过期"),
                                    ("refused", "未同意"),
                                    ("cancelled", "已取消"),
                                ],
                                max_length=10,
                                verbose_name="状态",
                            ),
                        ),
                        ("code", models.CharField(editable=False, max_length=6, verbose_name="入场码")),
                        ("made_at", models.DateTimeField(verbose_name="预订时间")),
                        ("changed_at", models.DateTimeField(verbose_name="更改时间")),
                        ("revision", models.PositiveSmallIntegerField(default=0)),
                        ("offer_until", models.DateTimeField(null=True, verbose_name="保留到")),
                        ("checked_in_at", models.DateTimeField(null=True, verbose_name="签到时间")),
                        ("reason", models.CharField(blank=True, max_length=200, verbose_name="原因")),
                        (
                            "made_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="预订人",
                            ),
                        ),
                        (
                            "street",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="territory.street",
                                verbose_name="街道",
                            ),
                        ),
                        (
                            "series",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="bookings",
                                to="supply.bookingseries",
                                verbose_name="系列",
                            ),
                        ),
                        (
                            "recipient",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="bookings",
                                to="supply.recipient",
                                verbose_name="党组织",
                            ),
                        ),
                        (
                            "space",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="bookings",
                                to="supply.space",
                                verbose_name="空间",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "预订",
                    },
                ),
                migrations.CreateModel(
                    name="Speaker",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("name", models.CharField(max_length=40, verbose_name="姓名")),
                        ("unit", models.CharField(blank=True, max_length=60, verbose_name="单位")),
                        ("topics", models.CharField(blank=True, max_length=120, verbose_name="讲什么")),
                        ("source", models.UUIDField(editable=False, null=True, unique=True)),
                        ("retired_on", models.DateField(blank=True, null=True, verbose_name="停用日期")),
                        (
                            "street",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="territory.street",
                                verbose_name="街道",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "讲师",
                    },
                ),
                migrations.CreateModel(
                    name="Hold",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("during", django.contrib.postgres.fields.ranges.DateTimeRangeField(verbose_name="时段")),
                        ("stands", models.BooleanField(default=True)),
                        (
                            "booking",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="holds", to="supply.booking"
                            ),
                        ),
                        (
                            "equipment",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="holds",
                                to="supply.equipment",
                                verbose_name="设备",
                            ),
                        ),
                        (
                            "street",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="territory.street",
                                verbose_name="街道",
                            ),
                        ),
                        (
                            "space",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="holds",
                                to="supply.space",
                                verbose_name="空间",
                            ),
                        ),
                        (
                            "speaker",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="holds",
                                to="supply.speaker",
                                verbose_name="讲师",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "占用",
                    },
                ),
                migrations.CreateModel(
                    name="StationMaster",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("name", models.CharField(max_length=40, verbose_name="姓名")),
                        ("unit", models.CharField(blank=True, max_length=60, verbose_name="单位、职务")),
                        ("since", models.DateField(verbose_name="自")),
                        ("until", models.DateField(blank=True, null=True, verbose_name="至")),
                        (
                            "street",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="territory.street",
                                verbose_name="街道",
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="账号",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "轮值站长",
                    },
                ),
                migrations.CreateModel(
                    name="Shift",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("day", models.DateField(verbose_name="日期")),
                        ("is_holiday", models.BooleanField(default=False, verbose_name="节假日")),
                        ("is_fixed", models.BooleanField(default=False, verbose_name="换过班")),
                        (
                            "street",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="territory.street",
                                verbose_name="街道",
                            ),
                        ),
                        (
                            "master",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="shifts",
                                to="supply.stationmaster",
                                verbose_name="站长",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "值班",
                    },
                ),
                migrations.CreateModel(
                    name="SupplyRule",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("key", models.CharField(max_length=40, verbose_name="规则")),
                        ("value", models.PositiveIntegerField(verbose_name="值")),
                        ("since", models.DateField(verbose_name="自")),
                        ("basis", models.CharField(max_length=200, verbose_name="依据")),
                        ("made_at", models.DateTimeField(verbose_name="设定时间")),
                        (
                            "made_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "street",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="territory.street",
                                verbose_name="街道",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "供给规则",
                    },
                ),
                migrations.CreateModel(
                    name="Swap",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("reason", models.CharField(max_length=100, verbose_name="原因")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("asked", "等对方答应"),
                                    ("accepted", "已换"),
                                    ("declined", "没有答应"),
                                    ("withdrawn", "已撤回"),
                                ],
                                default="asked",
                                max_length=10,
                                verbose_name="状态",
                            ),
                        ),
                        ("asked_at", models.DateTimeField(verbose_name="提出时间")),
                        ("answered_at", models.DateTimeField(null=True, verbose_name="答复时间")),
                        (
                            "answered_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "asked_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "instead",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="supply.shift",
                                verbose_name="换来的一天",
                            ),
                        ),
                        (
                            "shift",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="swaps",
                                to="supply.shift",
                                verbose_name="要换出的一天",
                            ),
                        ),
                        (
                            "street",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="territory.street",
                                verbose_name="街道",
                            ),
                        ),
                        (
                            "to",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="supply.stationmaster",
                                verbose_name="请谁换",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "换班",
                    },
                ),
                migrations.CreateModel(
                    name="Venue",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("name", models.CharField(max_length=60, verbose_name="名称")),
                        ("is_main", models.BooleanField(default=False, verbose_name="主阵地")),
                        ("address", models.CharField(max_length=120, verbose_name="地址")),
                        ("telephone", models.CharField(blank=True, max_length=30, verbose_name="公开电话")),
                        ("about", models.CharField(blank=True, max_length=300, verbose_name="介绍")),
                        ("opened_on", models.DateField(verbose_name="启用日期")),
                        ("closed_on", models.DateField(blank=True, null=True, verbose_name="停用日期")),
                        ("closed_reason", models.CharField(blank=True, max_length=200, verbose_name="停用原因")),
                        ("token", models.CharField(editable=False, max_length=24, unique=True)),
                        ("picture", models.BinaryField(null=True, verbose_name="照片")),
                        ("picture_kind", models.CharField(blank=True, editable=False, max_length=4)),
                        (
                            "area",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="territory.area",
                                verbose_name="网格",
                            ),
                        ),
                        (
                            "place",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="territory.place",
                                verbose_name="地图上的位置",
                            ),
                        ),
                        (
                            "street",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="territory.street",
                                verbose_name="街道",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "阵地",
                    },
                ),
                migrations.AddField(
                    model_name="stationmaster",
                    name="venue",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="masters",
                        to="supply.venue",
                        verbose_name="阵地",
                    ),
                ),
                migrations.AddField(
                    model_name="space",
                    name="venue",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="spaces",
                        to="supply.venue",
                        verbose_name="阵地",
                    ),
                ),
                migrations.AddField(
                    model_name="shift",
                    name="venue",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="shifts",
                        to="supply.venue",
                        verbose_name="阵地",
                    ),
                ),
                migrations.CreateModel(
                    name="HandoverNote",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("day", models.DateField(verbose_name="日期")),
                        ("text", models.TextField(max_length=2000, verbose_name="交接")),
                        ("written_at", models.DateTimeField(verbose_name="写下时间")),
                        ("read_at", models.DateTimeField(null=True, verbose_name="看过时间")),
                        (
                            "street",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="territory.street",
                                verbose_name="街道",
                            ),
                        ),
                        (
                            "written_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "venue",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="notes",
                                to="supply.venue",
                                verbose_name="阵地",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "交接",
                    },
                ),
                migrations.AddField(
                    model_name="equipment",
                    name="venue",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="equipment",
                        to="supply.venue",
                        verbose_name="阵地",
                    ),
                ),
                migrations.CreateModel(
                    name="DayHours",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("day", models.DateField(verbose_name="日期")),
                        ("opens", models.PositiveSmallIntegerField(null=True, verbose_name="开")),
                        ("closes", models.PositiveSmallIntegerField(null=True, verbose_name="关")),
                        ("reason", models.CharField(max_length=100, verbose_name="原因")),
                        ("made_at", models.DateTimeField(verbose_name="登记时间")),
                        (
                            "made_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "street",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="territory.street",
                                verbose_name="街道",
                            ),
                        ),
                        (
                            "space",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="day_hours",
                                to="supply.space",
                                verbose_name="空间",
                            ),
                        ),
                        (
                            "venue",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="day_hours",
                                to="supply.venue",
                                verbose_name="阵地",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "当日开放时间",
                    },
                ),
                migrations.CreateModel(
                    name="CalendarFeed",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("token_hash", models.CharField(max_length=64, unique=True)),
                        ("made_at", models.DateTimeField(verbose_name="生成时间")),
                        ("ended_at", models.DateTimeField(null=True, verbose_name="停用时间")),
                        (
                            "made_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "street",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="territory.street",
                                verbose_name="街道",
                            ),
                        ),
                        (
                            "space",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="feeds",
                                to="supply.space",
                                verbose_name="空间",
                            ),
                        ),
                        (
                            "venue",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="feeds",
                                to="supply.venue",
                                verbose_name="阵地",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "日历订阅",
                    },
                ),
                migrations.CreateModel(
                    name="Volunteer",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "group",
                            models.CharField(
                                choices=[
                                    ("rider", "外卖骑手"),
                                    ("courier", "快递员"),
                                    ("driver", "网约车司机"),
                                    ("trucker", "货车司机"),
                                    ("streamer", "网络主播"),
                                    ("agent", "房产经纪、家政"),
                                    ("other", "其他新就业群体"),
                                ],
                                max_length=10,
                                verbose_name="群体",
                            ),
                        ),
                        ("name_sealed", models.BinaryField(null=True, verbose_name="姓名（加密）")),
                        ("name_mask", models.CharField(blank=True, max_length=30, verbose_name="姓名")),
                        ("phone_sealed", models.BinaryField(null=True, verbose_name="电话（加密）")),
                        ("phone_index", models.BinaryField(max_length=16, null=True, verbose_name="电话索引")),
                        ("phone_mask", models.CharField(blank=True, max_length=20, verbose_name="电话")),
                        (
                            "helps",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(
                                    choices=[
                                        ("lookout", "流动巡查，看见隐患说一声"),
                                        ("errand", "帮老人送餐、取药"),
                                        ("order", "文明劝导、疏导停车"),
                                        ("event", "活动帮手"),
                                        ("publicity", "直播宣传、拍摄"),
                                        ("rescue", "应急值守、扫雪排涝"),
                                    ],
                                    max_length=10,
                                ),
                                default=list,
                                size=None,
                                verbose_name="能帮什么",
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("waiting", "待核对"),
                                    ("standing", "在册"),
                                    ("withdrawn", "已退出，正在删除"),
                                    ("deleted", "已删除"),
                                ],
                                default="standing",
                                max_length=10,
                                verbose_name="状态",
                            ),
                        ),
                        ("is_self_registered", models.BooleanField(default=False, verbose_name="本人网上填写")),
                        ("consented_on", models.DateField(verbose_name="同意日期")),
                        (
                            "receipt_index",
                            models.BinaryField(max_length=16, null=True, unique=True, verbose_name="查询码索引"),
                        ),
                        ("joined_at", models.DateTimeField(verbose_name="登记时间")),
                        ("left_at", models.DateTimeField(blank=True, null=True, verbose_name="退出时间")),
                        ("emptied_at", models.DateTimeField(editable=False, null=True, verbose_name="清空时间")),
                        (
                            "area",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="territory.area",
                                verbose_name="常在哪个网格",
                            ),
                        ),
                        (
                            "erasure",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="privacy.erasure",
                                verbose_name="删除记录",
                            ),
                        ),
                        (
                            "registered_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "street",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="territory.street",
                                verbose_name="街道",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "志愿者",
                    },
                ),
                migrations.AddField(
                    model_name="coupon",
                    name="volunteer",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="coupons",
                        to="supply.volunteer",
                        verbose_name="志愿者",
                    ),
                ),
                migrations.CreateModel(
                    name="CallAnswer",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[("accepted", "能来"), ("declined", "来不了"), ("came", "来了")],
                                max_length=10,
                                verbose_name="答复",
                            ),
                        ),
                        ("answered_at", models.DateTimeField(verbose_name="答复时间")),
                        (
                            "hours",
                            models.DecimalField(
                                blank=True, decimal_places=1, max_digits=4, null=True, verbose_name="小时"
                            ),
                        ),
                        (
                            "street",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="territory.street",
                                verbose_name="街道",
                            ),
                        ),
                        (
                            "call",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="answers", to="supply.callup"
                            ),
                        ),
                        (
                            "volunteer",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="answers",
                                to="supply.volunteer",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "召集答复",
                    },
                ),
                migrations.CreateModel(
                    name="VolunteerNotice",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("number", models.PositiveSmallIntegerField(verbose_name="版次")),
                        ("organ", models.CharField(max_length=60, verbose_name="谁在用")),
                        ("purpose", models.CharField(max_length=200, verbose_name="做什么用")),
                        ("rights", models.CharField(max_length=200, verbose_name="您可以")),
                        ("contact", models.CharField(max_length=80, verbose_name="有疑问找谁")),
                        ("notice", models.TextField(verbose_name="完整告知书")),
                        ("consent", models.CharField(max_length=200, verbose_name="同意书里的话")),
                        (
                            "retention_days",
                            models.PositiveSmallIntegerField(default=730, verbose_name="同意后保存几天"),
                        ),
                        ("published_at", models.DateTimeField(verbose_name="发布时间")),
                        (
                            "published_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "street",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="territory.street",
                                verbose_name="街道",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "志愿者告知书",
                    },
                ),
                migrations.AddField(
                    model_name="volunteer",
                    name="notice",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="supply.volunteernotice",
                        verbose_name="同意的告知书",
                    ),
                ),
                migrations.AddIndex(
                    model_name="callup",
                    index=models.Index(fields=["street", "-starts_at"], name="callup_by_time"),
                ),
                migrations.AddIndex(
                    model_name="callup",
                    index=models.Index(fields=["subject_id"], name="callup_by_subject"),
                ),
                migrations.AddConstraint(
                    model_name="callup",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("starts_at__lt", models.F("ends_at"))), name="callup_ends_after_beginning"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="callup",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("wanted__gt", 0)), name="callup_wants_somebody"
                    ),
                ),
                migrations.AddIndex(
                    model_name="couponbatch",
                    index=models.Index(fields=["street", "-made_at"], name="coupon_batch_by_time"),
                ),
                migrations.AddConstraint(
                    model_name="couponbatch",
                    constraint=models.UniqueConstraint(
                        models.F("street"),
                        models.F("title"),
                        name="coupon_batch_title_once",
                        violation_error_message="已有同名的一批券，换个名字。",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="couponbatch",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("issued__lte", models.F("number"))),
                        name="coupons_within_batch",
                        violation_error_message="这一批券已经发完了。",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="couponbatch",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("number__gt", 0), ("value__gt", 0)), name="coupon_batch_is_worth_something"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="couponbatch",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("hold_minutes__gte", 5), ("hold_minutes__lte", 1440)),
                        name="coupon_hold_is_sensible",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="couponmerchant",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("left_at__isnull", True)),
                        fields=("batch", "entity"),
                        name="merchant_once_per_batch",
                        violation_error_message="这家店已经在这一批里。",
                    ),
                ),
                migrations.AddIndex(
                    model_name="deliverymoment",
                    index=models.Index(fields=["delivery", "-at"], name="delivery_moment_by_delivery"),
                ),
                migrations.AddIndex(
                    model_name="mealpoint",
                    index=models.Index(fields=["street", "place"], name="meal_point_by_place"),
                ),
                migrations.AddConstraint(
                    model_name="mealpoint",
                    constraint=models.UniqueConstraint(
                        models.F("street"),
                        models.F("name"),
                        condition=models.Q(("valid__endswith__isnull", True)),
                        name="meal_point_name_once",
                        violation_error_message="已有同名的餐点，换个名字。",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="mealpoint",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("price__gte", 0)), name="meal_price_is_not_negative"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="mealpoint",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("eaters__len__gte", 1)), name="meal_point_is_for_somebody"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="mealpause",
                    constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[("point", "="), ("period", "&&")],
                        name="meal_pauses_do_not_overlap",
                        violation_error_message="这几天已经登记过停供。",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="mealhours",
                    constraint=models.UniqueConstraint(fields=("point", "weekday", "opens"), name="meal_hours_once"),
                ),
                migrations.AddConstraint(
                    model_name="mealhours",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("opens__lt", models.F("closes"))), name="meal_hours_end_after_beginning"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="mealhours",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("weekday__lte", 6)), name="meal_hours_on_a_weekday"
                    ),
                ),
                migrations.AddIndex(
                    model_name="mealreport",
                    index=models.Index(fields=["street", "-reported_at"], name="meal_report_by_time"),
                ),
                migrations.AddConstraint(
                    model_name="menu",
                    constraint=models.UniqueConstraint(
                        models.F("street"),
                        models.F("week"),
                        name="menu_once_per_week",
                        violation_error_message="这一周已经有菜单。",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="menu",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("week__iso_week_day", 1)), name="menu_begins_on_monday"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="menu",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("publishes_at__lt", models.F("closes_at"))),
                        name="menu_closes_after_it_is_published",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="menu",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "published"), _negated=True),
                            ("published_at__isnull", False),
                            _connector="OR",
                        ),
                        name="menu_published_at_an_instant",
                    ),
                ),
                migrations.AddIndex(
                    model_name="merchantdevice",
                    index=models.Index(fields=["street", "entity"], name="device_by_merchant"),
                ),
                migrations.AddConstraint(
                    model_name="itemneed",
                    constraint=models.UniqueConstraint(
                        models.F("item"), models.F("need"), name="item_answers_a_need_once"
                    ),
                ),
                migrations.AddIndex(
                    model_name="recipient",
                    index=models.Index(fields=["street", "area"], name="recipient_by_area"),
                ),
                migrations.AddConstraint(
                    model_name="recipient",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("until__isnull", True), ("until__gte", models.F("since")), _connector="OR"),
                        name="recipient_ends_after_it_begins",
                    ),
                ),
                migrations.AddIndex(
                    model_name="proposal",
                    index=models.Index(fields=["recipient"], name="proposal_by_recipient"),
                ),
                migrations.AddConstraint(
                    model_name="proposal",
                    constraint=models.UniqueConstraint(
                        models.F("item"), models.F("recipient"), name="item_proposed_once_to_each"
                    ),
                ),
                migrations.AddIndex(
                    model_name="order",
                    index=models.Index(fields=["recipient", "state"], name="order_by_recipient"),
                ),
                migrations.AddIndex(
                    model_name="order",
                    index=models.Index(fields=["item", "state", "made_at"], name="order_by_item"),
                ),
                migrations.AddConstraint(
                    model_name="order",
                    constraint=models.UniqueConstraint(
                        models.F("item"),
                        models.F("recipient"),
                        condition=models.Q(("state", "cancelled"), _negated=True),
                        name="ordered_once_at_a_time",
                        violation_error_message="这个党组织已经报过这一项。",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="order",
                    constraint=models.CheckConstraint(condition=models.Q(("places__gte", 1)), name="order_has_a_place"),
                ),
                migrations.AddIndex(
                    model_name="need",
                    index=models.Index(fields=["street", "state", "raised_on"], name="need_by_age"),
                ),
                migrations.AddConstraint(
                    model_name="need",
                    constraint=models.UniqueConstraint(
                        models.F("street"), models.F("number"), name="need_number_once_per_street"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="need",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("since__isnull", True),
                            ("until__isnull", True),
                            ("until__gte", models.F("since")),
                            _connector="OR",
                        ),
                        name="need_ends_after_it_begins",
                        violation_error_message="结束日期不能早于开始日期。",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="need",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("met_on__isnull", False), ("state", "met")),
                            models.Q(("state", "met"), _negated=True),
                            _connector="OR",
                        ),
                        name="need_met_on_a_day",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="reservation",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("closed_at__isnull", True)),
                        fields=("coupon",),
                        name="one_open_reservation_per_coupon",
                        violation_error_message="这张券正在另一家核销。",
                    ),
                ),
                migrations.AddIndex(
                    model_name="resource",
                    index=models.Index(fields=["street", "state"], name="resource_by_state"),
                ),
                migrations.AddConstraint(
                    model_name="resource",
                    constraint=models.UniqueConstraint(
                        models.F("street"), models.F("number"), name="resource_number_once_per_street"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="resource",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("since__isnull", True),
                            ("until__isnull", True),
                            ("until__gte", models.F("since")),
                            _connector="OR",
                        ),
                        name="resource_ends_after_it_begins",
                        violation_error_message="结束日期不能早于开始日期。",
                    ),
                ),
                migrations.AddIndex(
                    model_name="menuitem",
                    index=models.Index(fields=["street", "starts_at"], name="item_by_time"),
                ),
                migrations.AddIndex(
                    model_name="menuitem",
                    index=models.Index(fields=["resource", "starts_at"], name="item_by_resource"),
                ),
                migrations.AddIndex(
                    model_name="menuitem",
                    index=models.Index(fields=["project", "starts_at"], name="item_by_project"),
                ),
                migrations.AddConstraint(
                    model_name="menuitem",
                    constraint=models.UniqueConstraint(
                        models.F("menu"), models.F("number"), name="item_number_once_per_menu"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="menuitem",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("taken__lte", models.F("quota"))),
                        name="item_within_its_quota",
                        violation_error_message="名额已满。",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="menuitem",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("quota__gte", 1)),
                        name="item_has_a_place",
                        violation_error_message="名额至少 1 个。",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="menuitem",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("starts_at"))),
                        name="item_ends_after_it_starts",
                        violation_error_message="结束要晚于开始。",
                    ),
                ),
                migrations.AddIndex(
                    model_name="link",
                    index=models.Index(fields=["need"], name="link_by_need"),
                ),
                migrations.AddConstraint(
                    model_name="link",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("resource__isnull", False), ("project__isnull", False), _connector="OR"),
                        name="link_to_something",
                        violation_error_message="选一项资源或一个项目。",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="link",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("need", "resource", "project"),
                        name="linked_once_at_a_time",
                        nulls_distinct=False,
                        violation_error_message="这一对已经对接过了。",
                    ),
                ),
                migrations.AddIndex(
                    model_name="delivery",
                    index=models.Index(fields=["street", "state", "planned_on"], name="delivery_by_day"),
                ),
                migrations.AddIndex(
                    model_name="delivery",
                    index=models.Index(fields=["recipient", "-requested_at"], name="delivery_by_recipient"),
                ),
                migrations.AddConstraint(
                    model_name="delivery",
                    constraint=models.UniqueConstraint(
                        models.F("street"), models.F("year"), models.F("serial"), name="delivery_number_once_per_street"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="delivery",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["delivered", "rated"]), _negated=True),
                            models.Q(models.Q(("proof", ""), _negated=True), ("delivered_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="delivered_with_a_proof",
                        violation_error_message="送达要有送达码或一句说明。",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="delivery",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("proof", "note"), _negated=True),
                            models.Q(("proof_note", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="proof_note_says_something",
                        violation_error_message="没有送达码时，写一句送到了什么、交给谁。",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="delivery",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["accepted", "dispatched"]), _negated=True),
                            ("planned_on__isnull", False),
                            _connector="OR",
                        ),
                        name="accepted_for_a_day",
                        violation_error_message="接单要定日子。",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="series",
                    constraint=models.UniqueConstraint(
                        models.F("street"),
                        models.F("name"),
                        name="series_name_once_per_street",
                        violation_error_message="已有同名的系列。",
                    ),
                ),
                migrations.AddIndex(
                    model_name="project",
                    index=models.Index(fields=["street", "state"], name="supply_project_by_state"),
                ),
                migrations.AddConstraint(
                    model_name="project",
                    constraint=models.UniqueConstraint(
                        models.F("street"), models.F("number"), name="supply_project_number_once_per_street"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="project",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("since__isnull", True),
                            ("until__isnull", True),
                            ("until__gte", models.F("since")),
                            _connector="OR",
                        ),
                        name="supply_project_ends_after_it_begins",
                        violation_error_message="结束日期不能早于开始日期。",
                    ),
                ),
                migrations.AddIndex(
                    model_name="serving",
                    index=models.Index(fields=["recipient", "-on"], name="serving_by_recipient"),
                ),
                migrations.AddIndex(
                    model_name="serving",
                    index=models.Index(fields=["street", "-on"], name="serving_by_day"),
                ),
                migrations.AddConstraint(
                    model_name="serving",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("delivery__isnull", True), ("order__isnull", False), ("via", "menu")),
                            models.Q(("delivery__isnull", False), ("order__isnull", True), ("via", "door")),
                            _connector="OR",
                        ),
                        name="serving_from_one_source",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="settlement",
                    constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[("entity", "="), ("period", "&&")],
                        name="settlements_of_a_merchant_do_not_overlap",
                        violation_error_message="这家店在这段时间里已经结算过。",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="settlement",
                    trigger=pgtrigger.compiler.Trigger(
                        name="settlement_stands",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."street_id" IS DISTINCT FROM (NEW."street_id") OR OLD."entity_id" IS DISTINCT FROM (NEW."entity_id") OR OLD."period" IS DISTINCT FROM (NEW."period") OR OLD."count" IS DISTINCT FROM (NEW."count") OR OLD."amount" IS DISTINCT FROM (NEW."amount") OR OLD."settled_at" IS DISTINCT FROM (NEW."settled_at") OR OLD."settled_by_id" IS DISTINCT FROM (NEW."settled_by_id"))',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="b85ed4ee494f9cdb70647b652ce07a7968c474b0",
                            operation="UPDATE",
                            pgid="pgtrigger_settlement_stands_4945e",
                            table="supply_settlement",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="settlement",
                    trigger=pgtrigger.compiler.Trigger(
                        name="settlement_is_kept",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                            hash="902718cc8cc5941165e4c5eec4a3bed8eecff5ec",
                            operation="DELETE",
                            pgid="pgtrigger_settlement_is_kept_d0304",
                            table="supply_settlement",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.AddIndex(
                    model_name="redemption",
                    index=models.Index(fields=["street", "entity", "redeemed_at"], name="redemption_by_merchant"),
                ),
                migrations.AddIndex(
                    model_name="redemption",
                    index=models.Index(fields=["street", "-redeemed_at"], name="redemption_by_time"),
                ),
                migrations.AddConstraint(
                    model_name="redemption",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("undone_at__isnull", True)),
                        fields=("coupon",),
                        name="coupon_redeemed_once",
                        violation_error_message="这张券已经用过了。",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="redemption",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("settlement__isnull", True), ("undone_at__isnull", True), _connector="OR"),
                        name="settled_redemption_stands",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="redemption",
                    trigger=pgtrigger.compiler.Trigger(
                        name="settled_line_stands",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."settlement_id" IS NOT NULL)',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="ec104435e49ecb2cd52b2ce80866b6435a506ef4",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_settled_line_stands_3bc3a",
                            table="supply_redemption",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="hours",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("closes__gt", models.F("opens")), ("closes__lte", 1440)),
                        name="hours_close_after_they_open",
                        violation_error_message="关门要晚于开门。",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="hours",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("weekday__lte", 7)), name="hours_on_a_weekday_or_holiday"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="hours",
                    constraint=models.UniqueConstraint(
                        models.F("space"), models.F("weekday"), models.F("opens"), name="hours_once_per_space_and_day"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="bookingseries",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("closes__gt", models.F("opens")), ("closes__lte", 1440)),
                        name="series_ends_after_it_begins",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="bookingseries",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("until__gte", models.F("first"))), name="series_until_after_first"
                    ),
                ),
                migrations.AddIndex(
                    model_name="booking",
                    index=models.Index(fields=["street", "starts_at"], name="booking_by_time"),
                ),
                migrations.AddIndex(
                    model_name="booking",
                    index=models.Index(fields=["space", "starts_at"], name="booking_by_space"),
                ),
                migrations.AddIndex(
                    model_name="booking",
                    index=models.Index(
                        condition=models.Q(
                            (
                                "state__in",
                                (
                                    supply.rules.booking_states.State["CONFIRMED"],
                                    supply.rules.booking_states.State["OFFERED"],
                                    supply.rules.booking_states.State["PENDING"],
                                    supply.rules.booking_states.State["WAITING"],
                                ),
                            )
                        ),
                        fields=["state", "starts_at"],
                        name="booking_open_by_time",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="booking",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("starts_at"))),
                        name="booking_ends_after_it_begins",
                        violation_error_message="结束要晚于开始。",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="booking",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("people__gte", 1)),
                        name="booking_for_somebody",
                        violation_error_message="人数至少 1 人。",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="booking",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", supply.rules.booking_states.State["OFFERED"]), _negated=True),
                            ("offer_until__isnull", False),
                            _connector="OR",
                        ),
                        name="booking_offered_until_when",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="hold",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("equipment__isnull", True), ("space__isnull", False), ("speaker__isnull", True)),
                            models.Q(("equipment__isnull", False), ("space__isnull", True), ("speaker__isnull", True)),
                            models.Q(("equipment__isnull", True), ("space__isnull", True), ("speaker__isnull", False)),
                            _connector="OR",
                        ),
                        name="hold_of_one_thing",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="hold",
                    constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                        condition=models.Q(("stands", True)),
                        expressions=[("space", "="), ("during", "&&")],
                        name="space_never_booked_twice",
                        violation_error_message="这个时段的空间刚被订走了，换个时段，或排候补。",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="hold",
                    constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                        condition=models.Q(("stands", True)),
                        expressions=[("equipment", "="), ("during", "&&")],
                        name="equipment_never_booked_twice",
                        violation_error_message="这个时段的设备刚被订走了，换一台，或换个时段。",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="hold",
                    constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                        condition=models.Q(("stands", True)),
                        expressions=[("speaker", "="), ("during", "&&")],
                        name="speaker_never_booked_twice",
                        violation_error_message="这位讲师这个时段刚被请走了，换个时段。",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="supplyrule",
                    constraint=models.UniqueConstraint(
                        models.F("street"),
                        models.F("key"),
                        models.F("since"),
                        name="supply_rule_once_per_day",
                        violation_error_message="这条规则在这一天已经设过一个值。",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="swap",
                    constraint=models.UniqueConstraint(
                        models.F("shift"),
                        condition=models.Q(("state", "asked")),
                        name="one_open_swap_per_shift",
                        violation_error_message="这一天已经在请人换，先撤回原来的。",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="venue",
                    constraint=models.UniqueConstraint(
                        models.F("area"),
                        condition=models.Q(("closed_on__isnull", True)),
                        name="one_venue_per_grid",
                        violation_error_message="这个网格已经有阵地：一网格一阵地。要换，先停用原来的。",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="venue",
                    constraint=models.UniqueConstraint(
                        models.F("street"),
                        models.F("name"),
                        condition=models.Q(("closed_on__isnull", True)),
                        name="venue_name_once_per_street",
                        violation_error_message="已有同名的阵地。",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="venue",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("closed_on__isnull", True), ("closed_on__gte", models.F("opened_on")), _connector="OR"
                        ),
                        name="venue_closes_after_it_opens",
                        violation_error_message="停用日期不能早于启用日期。",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="stationmaster",
                    constraint=models.UniqueConstraint(
                        models.F("venue"),
                        models.F("name"),
                        condition=models.Q(("until__isnull", True)),
                        name="master_once_per_venue",
                        violation_error_message="名单里已有这个人。",
                    ),
                ),
                migrations.AddIndex(
                    model_name="space",
                    index=models.Index(fields=["street", "kind"], name="space_by_kind"),
                ),
                migrations.AddConstraint(
                    model_name="space",
                    constraint=models.UniqueConstraint(
                        models.F("venue"),
                        models.F("name"),
                        condition=models.Q(("retired_on__isnull", True)),
                        name="space_name_once_per_venue",
                        violation_error_message="这个阵地已有同名的空间。",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="space",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("capacity__gte", 1)),
                        name="space_holds_somebody",
                        violation_error_message="容纳人数至少 1 人。",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="space",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("floor_area__gte", 1)),
                        name="space_has_a_size",
                        violation_error_message="面积至少 1 ㎡。",
                    ),
                ),
                migrations.AddIndex(
                    model_name="shift",
                    index=models.Index(fields=["master", "day"], name="shift_by_master"),
                ),
                migrations.AddConstraint(
                    model_name="shift",
                    constraint=models.UniqueConstraint(
                        models.F("venue"),
                        models.F("day"),
                        name="one_master_per_venue_and_day",
                        violation_error_message="这一天已经有站长。",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="handovernote",
                    constraint=models.UniqueConstraint(
                        models.F("venue"), models.F("day"), name="one_handover_per_venue_and_day"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="equipment",
                    constraint=models.UniqueConstraint(
                        models.F("venue"),
                        models.F("name"),
                        condition=models.Q(("retired_on__isnull", True)),
                        name="equipment_name_once_per_venue",
                        violation_error_message="这个阵地已有同名的设备；两台就写一号、二号。",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="dayhours",
                    constraint=models.UniqueConstraint(
                        models.F("venue"),
                        models.F("space"),
                        models.F("day"),
                        name="day_hours_once",
                        nulls_distinct=False,
                        violation_error_message="这一天已经登记过，先撤回原来的。",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="dayhours",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closes__isnull", True), ("opens__isnull", True)),
                            models.Q(
                                ("closes__gt", models.F("opens")), ("opens__isnull", False), ("closes__lte", 1440)
                            ),
                            _connector="OR",
                        ),
                        name="day_hours_close_after_they_open",
                        violation_error_message="关门要晚于开门。",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="calendarfeed",
                    constraint=models.UniqueConstraint(
                        models.F("venue"),
                        models.F("space"),
                        condition=models.Q(("ended_at__isnull", True)),
                        name="one_feed_per_venue_or_space",
                        nulls_distinct=False,
                    ),
                ),
                migrations.AddIndex(
                    model_name="coupon",
                    index=models.Index(fields=["street", "batch", "state"], name="coupon_by_batch"),
                ),
                migrations.AddIndex(
                    model_name="coupon",
                    index=models.Index(fields=["volunteer"], name="coupon_by_volunteer"),
                ),
                migrations.AddConstraint(
                    model_name="coupon",
                    constraint=models.UniqueConstraint(
                        models.F("street"), models.F("short"), name="coupon_number_once_per_street"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="coupon",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(models.Q(("state", "void"), _negated=True), ("person_index__isnull", False)),
                        fields=("batch", "person_index"),
                        name="one_coupon_per_person",
                        violation_error_message="这一批每人一张，这一位已经有了。",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="callanswer",
                    constraint=models.UniqueConstraint(fields=("call", "volunteer"), name="one_answer_per_call"),
                ),
                migrations.AddConstraint(
                    model_name="callanswer",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("hours__gt", 0), ("hours__lte", 24), ("state", "came")),
                            models.Q(models.Q(("state", "came"), _negated=True), ("hours__isnull", True)),
                            _connector="OR",
                        ),
                        name="hours_of_those_who_came",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="volunteernotice",
                    constraint=models.UniqueConstraint(
                        models.F("street"), models.F("number"), name="volunteer_notice_once_per_street"
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="volunteernotice",
                    trigger=pgtrigger.compiler.Trigger(
                        name="volunteer_notice_stands",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="227df8b7387d5052e52c2dedf5b194f6e12c651c",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_volunteer_notice_stands_ab752",
                            table="supply_volunteernotice",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.AddIndex(
                    model_name="volunteer",
                    index=models.Index(fields=["street", "state", "area"], name="volunteer_by_area"),
                ),
                migrations.AddConstraint(
                    model_name="volunteer",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("phone_index__isnull", False), ("state__in", ["waiting", "standing"])),
                        fields=("street", "phone_index"),
                        name="volunteer_once_by_phone",
                        violation_error_message="这个号码已经登记过志愿者。",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="volunteer",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "deleted"), _negated=True),
                            models.Q(
                                ("helps", []),
                                ("name_mask", ""),
                                ("name_sealed", None),
                                ("phone_index", None),
                                ("phone_mask", ""),
                                ("phone_sealed", None),
                            ),
                            _connector="OR",
                        ),
                        name="deleted_volunteer_is_empty",
                    ),
                ),
            ]
        )
    ]
