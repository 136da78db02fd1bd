import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.db.models.expressions
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import shimen.models
from shimen.migrating import Together


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("branches", "0001_initial"),
        ("coverage", "0001_initial"),
        ("territory", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        Together(
            [
                migrations.CreateModel(
                    name="Council",
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
                                choices=[("street", "街委会"), ("building", "楼务会"), ("residents", "居委会")],
                                max_length=10,
                                verbose_name="类别",
                            ),
                        ),
                        ("name", models.CharField(max_length=60, verbose_name="名称")),
                        (
                            "roads",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=40),
                                blank=True,
                                default=list,
                                size=None,
                                verbose_name="管哪几条路",
                            ),
                        ),
                        ("place_names", models.CharField(blank=True, max_length=300, verbose_name="楼宇")),
                        ("founded_on", models.DateField(verbose_name="成立日期")),
                        ("ended_on", models.DateField(blank=True, null=True, verbose_name="撤销日期")),
                        ("end_reason", models.CharField(blank=True, max_length=200, verbose_name="撤销原因")),
                        ("note", models.CharField(blank=True, max_length=300, verbose_name="备注")),
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
                            "convener",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="召集人账号",
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
                        "verbose_name": "议事会",
                    },
                ),
                migrations.CreateModel(
                    name="Charter",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("number", models.PositiveSmallIntegerField(verbose_name="第几版")),
                        ("text", models.TextField(max_length=10000, verbose_name="议事规则")),
                        ("quorum_percent", models.PositiveSmallIntegerField(default=50, verbose_name="到会比例")),
                        ("passing_percent", models.PositiveSmallIntegerField(default=50, verbose_name="通过比例")),
                        (
                            "voting",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(
                                    choices=[("hearing", "听证会"), ("mediation", "协调会"), ("review", "评议会")],
                                    max_length=10,
                                ),
                                blank=True,
                                default=list,
                                size=None,
                                verbose_name="哪种会要表决",
                            ),
                        ),
                        ("valid", django.contrib.postgres.fields.ranges.DateRangeField(verbose_name="施行期间")),
                        ("why", models.CharField(blank=True, max_length=200, verbose_name="怎么定的")),
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
                            "council",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="charters", to="grid.council"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "议事规则",
                    },
                ),
                migrations.CreateModel(
                    name="CouncilMember",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "role",
                            models.CharField(
                                choices=[
                                    ("party", "党组织"),
                                    ("merchant", "商户"),
                                    ("enterprise", "企业"),
                                    ("property", "物业"),
                                    ("resident", "居民"),
                                    ("worker", "新就业群体"),
                                    ("department", "职能部门"),
                                ],
                                max_length=12,
                                verbose_name="代表谁",
                            ),
                        ),
                        ("name", models.CharField(max_length=40, verbose_name="姓名")),
                        ("unit", models.CharField(blank=True, max_length=80, verbose_name="单位")),
                        ("is_convener", models.BooleanField(default=False, verbose_name="召集人")),
                        ("valid", django.contrib.postgres.fields.ranges.DateRangeField(verbose_name="任职期间")),
                        ("end_reason", models.CharField(blank=True, max_length=100, verbose_name="离任原因")),
                        (
                            "council",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="members", to="grid.council"
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
                            "organisation",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="branches.organisation",
                                verbose_name="党组织",
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
                        "verbose_name": "议事会成员",
                    },
                ),
                migrations.CreateModel(
                    name="CouncilPlace",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("valid", django.contrib.postgres.fields.ranges.DateRangeField(verbose_name="期间")),
                        (
                            "council",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="places", to="grid.council"
                            ),
                        ),
                        (
                            "place",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="territory.place",
                                verbose_name="楼宇",
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
                        "verbose_name": "议事会的楼宇",
                    },
                ),
                migrations.CreateModel(
                    name="Digest",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("week", models.DateField(verbose_name="哪一周（周一）")),
                        ("number", models.PositiveSmallIntegerField(verbose_name="第几期")),
                        ("made_at", models.DateTimeField(verbose_name="生成时间")),
                        ("received", models.PositiveIntegerField(verbose_name="新收")),
                        ("solved", models.PositiveIntegerField(verbose_name="有结果")),
                        ("open", models.PositiveIntegerField(verbose_name="周末还没有结果")),
                        ("late", models.PositiveIntegerField(verbose_name="其中超期")),
                        ("thresholds", models.JSONField(verbose_name="用的规则")),
                        (
                            "explained",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=200), size=None, verbose_name="怎么算的"
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
                        "verbose_name": "街情周报",
                    },
                ),
                migrations.CreateModel(
                    name="DigestArea",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("name", models.CharField(max_length=60, verbose_name="网格")),
                        ("sort", models.PositiveIntegerField()),
                        (
                            "weather",
                            models.CharField(
                                choices=[
                                    ("sunny", "晴"),
                                    ("cloudy", "多云"),
                                    ("overcast", "阴"),
                                    ("rain", "雨"),
                                    ("storm", "雷雨"),
                                ],
                                max_length=8,
                                verbose_name="天气",
                            ),
                        ),
                        ("index", models.PositiveIntegerField(verbose_name="指数")),
                        ("new", models.PositiveIntegerField(verbose_name="新收")),
                        ("solved", models.PositiveIntegerField(verbose_name="有结果")),
                        ("open", models.PositiveIntegerField(verbose_name="周末还没有结果")),
                        ("late", models.PositiveIntegerField(verbose_name="其中超期")),
                        (
                            "area",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="territory.area",
                                verbose_name="网格",
                            ),
                        ),
                        (
                            "digest",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="areas", to="grid.digest"
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
                        "verbose_name": "网格天气",
                    },
                ),
                migrations.CreateModel(
                    name="DistrictCase",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("number", models.CharField(max_length=40, verbose_name="编号")),
                        ("platform_number", models.CharField(blank=True, max_length=60, verbose_name="平台编号")),
                        (
                            "origin",
                            models.CharField(
                                choices=[("matter", "事项上报"), ("ledger", "平台台账补录")],
                                default="matter",
                                max_length=8,
                                verbose_name="来源",
                            ),
                        ),
                        ("title", models.CharField(max_length=80, verbose_name="标题")),
                        (
                            "category",
                            models.CharField(
                                choices=[
                                    ("parking", "停车秩序"),
                                    ("surroundings", "环境卫生"),
                                    ("safety", "安全隐患"),
                                    ("noise", "噪声油烟"),
                                    ("facilities", "公共设施"),
                                    ("licence", "证照办理"),
                                    ("staffing", "用工"),
                                    ("dispute", "矛盾纠纷"),
                                    ("premises", "房屋租赁"),
                                    ("other", "其他"),
                                ],
                                max_length=14,
                                verbose_name="类别",
                            ),
                        ),
                        ("category_code", models.CharField(blank=True, max_length=30, verbose_name="类别代码")),
                        ("region_code", models.CharField(blank=True, max_length=30, verbose_name="区域代码")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("waiting", "待受理"),
                                    ("accepted", "受理"),
                                    ("filed", "立案"),
                                    ("dispatched", "派遣"),
                                    ("handling", "处置"),
                                    ("urged", "督办"),
                                    ("checking", "核查"),
                                    ("finished", "结案"),
                                    ("returned", "退单"),
                                    ("recalled", "街道撤回"),
                                ],
                                default="waiting",
                                max_length=10,
                                verbose_name="状态",
                            ),
                        ),
                        (
                            "delivery",
                            models.CharField(
                                choices=[
                                    ("hand", "手工办理"),
                                    ("waiting", "等待送达"),
                                    ("sent", "已送达"),
                                    ("refused", "平台不收"),
                                ],
                                default="hand",
                                max_length=8,
                                verbose_name="送达",
                            ),
                        ),
                        ("trouble", models.CharField(blank=True, max_length=300, verbose_name="没送到的原因")),
                        ("opened_on", models.DateField(verbose_name="上报日期")),
                        ("opened_at", models.DateTimeField(verbose_name="上报时间")),
                        ("due_on", models.DateField(blank=True, null=True, verbose_name="期限")),
                        ("extensions", models.PositiveSmallIntegerField(default=0, verbose_name="延期次数")),
                        ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="结束时间")),
                        ("result", models.TextField(blank=True, max_length=2000, verbose_name="结果")),
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
                            "opened_by",
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
                        "verbose_name": "区级案件",
                    },
                ),
                migrations.CreateModel(
                    name="CaseStep",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("event", models.CharField(blank=True, max_length=100, verbose_name="回传编号")),
                        (
                            "said",
                            models.CharField(
                                choices=[
                                    ("opened", "上报"),
                                    ("accepted", "受理"),
                                    ("filed", "立案"),
                                    ("dispatched", "派遣"),
                                    ("handling", "处置"),
                                    ("urged", "督办"),
                                    ("checking", "核查"),
                                    ("finished", "结案"),
                                    ("returned", "退单"),
                                    ("extended", "延期"),
                                    ("recalled", "街道撤回"),
                                ],
                                max_length=10,
                                verbose_name="说了什么",
                            ),
                        ),
                        ("words", models.TextField(blank=True, max_length=1000, verbose_name="说明")),
                        ("due_on", models.DateField(blank=True, null=True, verbose_name="新的期限")),
                        ("at", models.DateTimeField(verbose_name="时间")),
                        ("heard_at", models.DateTimeField(verbose_name="收到时间")),
                        ("is_applied", models.BooleanField(default=True, verbose_name="起了作用")),
                        ("why_not", models.CharField(blank=True, max_length=200, verbose_name="为什么没起作用")),
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
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="steps",
                                to="grid.districtcase",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "案件经过",
                    },
                ),
                migrations.CreateModel(
                    name="DistrictPlatform",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("endpoint", models.CharField(blank=True, max_length=300, verbose_name="接口地址")),
                        ("key_sealed", models.BinaryField(null=True, verbose_name="签名密钥")),
                        (
                            "region_code",
                            models.CharField(blank=True, max_length=30, verbose_name="街道在平台的区域代码"),
                        ),
                        ("other_code", models.CharField(blank=True, max_length=30, verbose_name="其他类别的代码")),
                        ("category_codes", models.JSONField(default=dict, verbose_name="类别代码")),
                        ("area_codes", models.JSONField(default=dict, verbose_name="区域代码")),
                        ("cursor", models.CharField(blank=True, max_length=200, verbose_name="读到哪里")),
                        ("asked_at", models.DateTimeField(null=True, verbose_name="最近一次取回")),
                        ("trouble", models.CharField(blank=True, max_length=300, verbose_name="最近一次没取回的原因")),
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
                        "verbose_name": "区级平台",
                    },
                ),
                migrations.CreateModel(
                    name="GridMember",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "role",
                            models.CharField(
                                choices=[
                                    ("head", "网格长"),
                                    ("deputy", "副网格长"),
                                    ("warden", "专职网格员"),
                                    ("party", "党组织书记"),
                                    ("residents", "居委会干部"),
                                    ("property", "物业经理"),
                                    ("other", "其他力量"),
                                ],
                                max_length=12,
                                verbose_name="职务",
                            ),
                        ),
                        ("name", models.CharField(max_length=40, verbose_name="姓名")),
                        ("unit", models.CharField(blank=True, max_length=80, verbose_name="单位")),
                        ("duties", models.CharField(blank=True, max_length=300, verbose_name="负责什么")),
                        ("valid", django.contrib.postgres.fields.ranges.DateRangeField(verbose_name="任职期间")),
                        ("end_reason", models.CharField(blank=True, max_length=100, verbose_name="离任原因")),
                        (
                            "grid",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="grid_members",
                                to="territory.area",
                                verbose_name="网格",
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
                        "verbose_name": "网格成员",
                    },
                ),
                migrations.CreateModel(
                    name="GridPart",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "whose",
                            models.CharField(
                                choices=[
                                    ("party", "党建网格"),
                                    ("police", "警务责任区"),
                                    ("urban", "城管网格"),
                                    ("operations", "城运网格"),
                                    ("market", "市场监管网格"),
                                    ("safety", "综治网格"),
                                    ("other", "其他网格"),
                                ],
                                max_length=12,
                                verbose_name="原来谁的网格",
                            ),
                        ),
                        ("name", models.CharField(max_length=60, verbose_name="原名称或编号")),
                        ("valid", django.contrib.postgres.fields.ranges.DateRangeField(verbose_name="并入期间")),
                        ("note", models.CharField(blank=True, max_length=200, verbose_name="依据或说明")),
                        ("end_reason", models.CharField(blank=True, max_length=200, verbose_name="拆出原因")),
                        (
                            "area",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="territory.area",
                                verbose_name="原区域",
                            ),
                        ),
                        (
                            "grid",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="parts",
                                to="territory.area",
                                verbose_name="网格",
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
                        "verbose_name": "并入的网格",
                    },
                ),
                migrations.CreateModel(
                    name="Leg",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("number", models.PositiveSmallIntegerField(verbose_name="第几段")),
                        (
                            "level",
                            models.PositiveSmallIntegerField(
                                choices=[(1, "支部直接解决"), (2, "议事协商"), (3, "网格会商"), (4, "区级平台")],
                                verbose_name="层级",
                            ),
                        ),
                        ("body", models.CharField(blank=True, max_length=80, verbose_name="承办")),
                        ("owner", models.CharField(blank=True, max_length=60, verbose_name="责任人")),
                        ("helpers", models.CharField(blank=True, max_length=120, verbose_name="配合")),
                        ("task", models.CharField(blank=True, max_length=300, verbose_name="要求")),
                        ("due_on", models.DateField(blank=True, null=True, verbose_name="期限")),
                        ("began_at", models.DateTimeField(verbose_name="自")),
                        ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="至")),
                        (
                            "end",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("up", "转上一级"),
                                    ("down", "退回下一级"),
                                    ("along", "转给别处"),
                                    ("solved", "解决"),
                                    ("cut", "并入或撤回"),
                                ],
                                max_length=8,
                                verbose_name="结果",
                            ),
                        ),
                        ("tried", models.TextField(blank=True, max_length=1000, verbose_name="试过")),
                        ("left_open", models.TextField(blank=True, max_length=1000, verbose_name="没解决")),
                        ("why", models.CharField(blank=True, max_length=300, verbose_name="理由")),
                        (
                            "council",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="legs",
                                to="grid.council",
                                verbose_name="议事会",
                            ),
                        ),
                        (
                            "ended_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "organisation",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="branches.organisation",
                                verbose_name="党组织",
                            ),
                        ),
                        (
                            "owner_user",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="责任人账号",
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
                        "verbose_name": "办理段",
                    },
                ),
                migrations.AddField(
                    model_name="districtcase",
                    name="leg",
                    field=models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="case",
                        to="grid.leg",
                    ),
                ),
                migrations.CreateModel(
                    name="LegCouncil",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "council",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="joined_legs",
                                to="grid.council",
                            ),
                        ),
                        (
                            "leg",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="joined", to="grid.leg"
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
                        "verbose_name": "一起协商的议事会",
                    },
                ),
                migrations.CreateModel(
                    name="Matter",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("year", models.PositiveSmallIntegerField(verbose_name="年")),
                        ("serial", models.PositiveIntegerField(verbose_name="序号")),
                        ("title", models.CharField(max_length=80, verbose_name="标题")),
                        ("words", models.TextField(max_length=2000, verbose_name="原话")),
                        (
                            "category",
                            models.CharField(
                                choices=[
                                    ("parking", "停车秩序"),
                                    ("surroundings", "环境卫生"),
                                    ("safety", "安全隐患"),
                                    ("noise", "噪声油烟"),
                                    ("facilities", "公共设施"),
                                    ("licence", "证照办理"),
                                    ("staffing", "用工"),
                                    ("dispute", "矛盾纠纷"),
                                    ("premises", "房屋租赁"),
                                    ("other", "其他"),
                                ],
                                default="other",
                                max_length=14,
                                verbose_name="类别",
                            ),
                        ),
                        (
                            "urgency",
                            models.CharField(
                                choices=[("normal", "一般"), ("urgent", "紧急")],
                                default="normal",
                                max_length=8,
                                verbose_name="紧急程度",
                            ),
                        ),
                        ("is_hard", models.BooleanField(default=False, verbose_name="老大难")),
                        ("hard_reason", models.CharField(blank=True, max_length=200, verbose_name="为什么难")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("open", "办理中"),
                                    ("solved", "已解决，待答复"),
                                    ("closed", "已办结"),
                                    ("merged", "已并入"),
                                    ("withdrawn", "已撤回"),
                                ],
                                default="open",
                                max_length=10,
                                verbose_name="状态",
                            ),
                        ),
                        (
                            "level",
                            models.PositiveSmallIntegerField(
                                choices=[(1, "支部直接解决"), (2, "议事协商"), (3, "网格会商"), (4, "区级平台")],
                                default=1,
                                verbose_name="层级",
                            ),
                        ),
                        ("due_on", models.DateField(blank=True, null=True, verbose_name="期限")),
                        ("deferrals", models.PositiveSmallIntegerField(default=0, verbose_name="延期次数")),
                        (
                            "via",
                            models.CharField(
                                choices=[
                                    ("visit", "走访"),
                                    ("opinion", "街情气象站"),
                                    ("council", "议事会"),
                                    ("branch", "党组织"),
                                    ("topic", "议题共创"),
                                    ("hand", "直接登记"),
                                ],
                                max_length=8,
                                verbose_name="从哪里来",
                            ),
                        ),
                        ("raised_at", models.DateTimeField(verbose_name="提出时间")),
                        ("raiser", models.CharField(blank=True, max_length=60, verbose_name="谁提出的")),
                        ("how_solved", models.TextField(blank=True, max_length=2000, verbose_name="办理结果")),
                        ("solved_at", models.DateTimeField(blank=True, null=True, verbose_name="解决时间")),
                        (
                            "solved_level",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                choices=[(1, "支部直接解决"), (2, "议事协商"), (3, "网格会商"), (4, "区级平台")],
                                null=True,
                                verbose_name="在哪一级解决",
                            ),
                        ),
                        ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="办结时间")),
                        (
                            "satisfaction",
                            models.CharField(
                                blank=True,
                                choices=[("", "没有问"), ("good", "满意"), ("fair", "基本满意"), ("bad", "不满意")],
                                default="",
                                max_length=6,
                                verbose_name="提出人评价",
                            ),
                        ),
                        ("reopened", models.PositiveSmallIntegerField(default=0, verbose_name="重办次数")),
                        ("revision", models.PositiveIntegerField(default=1)),
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
                            "demand",
                            models.OneToOneField(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="coverage.demand",
                                verbose_name="走访诉求",
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
                            "merged_into",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="merged",
                                to="grid.matter",
                            ),
                        ),
                        (
                            "organisation",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="branches.organisation",
                                verbose_name="牵头党组织",
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
                                verbose_name="地点",
                            ),
                        ),
                        (
                            "raised_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="登记人",
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
                        "verbose_name": "事项",
                    },
                ),
                migrations.AddField(
                    model_name="leg",
                    name="matter",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="legs", to="grid.matter"
                    ),
                ),
                migrations.AddField(
                    model_name="districtcase",
                    name="matter",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cases",
                        to="grid.matter",
                        verbose_name="事项",
                    ),
                ),
                migrations.CreateModel(
                    name="Answer",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("words", models.TextField(max_length=1000, verbose_name="怎么说")),
                        (
                            "way",
                            models.CharField(
                                choices=[
                                    ("visit", "下次走访当面说"),
                                    ("phone", "电话"),
                                    ("in_person", "当面"),
                                    ("notice", "公示"),
                                ],
                                max_length=10,
                                verbose_name="方式",
                            ),
                        ),
                        ("is_final", models.BooleanField(default=False, verbose_name="最后答复")),
                        ("at", models.DateTimeField(verbose_name="时间")),
                        (
                            "by",
                            models.ForeignKey(
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
                            "matter",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="answers", to="grid.matter"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "答复",
                    },
                ),
                migrations.CreateModel(
                    name="AgendaItem",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("key", models.CharField(max_length=60)),
                        ("place", models.PositiveSmallIntegerField(default=0, verbose_name="序")),
                        ("title", models.CharField(max_length=120, verbose_name="议题")),
                        ("why", models.CharField(blank=True, max_length=40, verbose_name="为什么上会")),
                        ("tone", models.CharField(blank=True, max_length=1)),
                        ("tried", models.CharField(blank=True, max_length=300, verbose_name="已试过")),
                        ("lead", models.CharField(blank=True, max_length=80, verbose_name="主办")),
                        ("minutes", models.PositiveSmallIntegerField(default=5, verbose_name="分钟")),
                        ("is_dropped", models.BooleanField(default=False, verbose_name="不上会")),
                        ("text", models.TextField(blank=True, verbose_name="记录")),
                        ("version", models.PositiveIntegerField(default=0)),
                        ("saved_at", models.DateTimeField(blank=True, null=True, verbose_name="保存时间")),
                        (
                            "outcome",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("", "还没议定"),
                                    ("resolved", "议定"),
                                    ("solved", "当场解决"),
                                    ("heard", "听取通报"),
                                    ("up", "仍未解决，报上一级"),
                                    ("put_off", "下次再议"),
                                ],
                                default="",
                                max_length=8,
                                verbose_name="会上结果",
                            ),
                        ),
                        (
                            "put_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "saved_by",
                            models.ForeignKey(
                                blank=True,
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
                            "matter",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="agenda_items",
                                to="grid.matter",
                                verbose_name="事项",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "议题",
                    },
                ),
                migrations.CreateModel(
                    name="Meeting",
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
                                    ("grid", "网格例会"),
                                    ("hearing", "听证会"),
                                    ("mediation", "协调会"),
                                    ("review", "评议会"),
                                ],
                                max_length=10,
                                verbose_name="类别",
                            ),
                        ),
                        ("number", models.PositiveSmallIntegerField(verbose_name="第几次")),
                        ("title", models.CharField(max_length=80, verbose_name="会议名称")),
                        ("period_start", models.DateField(blank=True, null=True, verbose_name="双周的第一天")),
                        ("starts_at", models.DateTimeField(verbose_name="开始")),
                        ("ends_at", models.DateTimeField(verbose_name="结束")),
                        ("location", models.CharField(blank=True, max_length=100, verbose_name="地点")),
                        ("chair", models.CharField(blank=True, max_length=40, verbose_name="主持")),
                        ("recorder", models.CharField(blank=True, max_length=40, verbose_name="记录")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("draft", "议程待审"),
                                    ("called", "已通知"),
                                    ("under_way", "正在开"),
                                    ("held", "已召开"),
                                    ("cancelled", "不开了"),
                                ],
                                default="draft",
                                max_length=10,
                                verbose_name="状态",
                            ),
                        ),
                        ("cancelled_reason", models.CharField(blank=True, max_length=200, verbose_name="不开的原因")),
                        ("is_missed", models.BooleanField(default=False, verbose_name="没有排上")),
                        ("called_at", models.DateTimeField(blank=True, null=True, verbose_name="发通知")),
                        ("begun_at", models.DateTimeField(blank=True, null=True, verbose_name="开始开会")),
                        ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="定稿")),
                        (
                            "quorum_percent",
                            models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="到会比例"),
                        ),
                        ("quorum_source", models.CharField(blank=True, max_length=100, verbose_name="依据")),
                        ("due", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="应到")),
                        ("present", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="实到")),
                        ("excused", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="请假")),
                        ("revision", models.PositiveIntegerField(default=1)),
                        ("made_at", models.DateTimeField(verbose_name="排会时间")),
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
                            "closed_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "council",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="meetings",
                                to="grid.council",
                                verbose_name="议事会",
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
                        "verbose_name": "会议",
                    },
                ),
                migrations.CreateModel(
                    name="ItemTextKept",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("text", models.TextField(verbose_name="记录")),
                        ("saved_at", models.DateTimeField(verbose_name="保存时间")),
                        (
                            "item",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="kept", to="grid.agendaitem"
                            ),
                        ),
                        (
                            "saved_by",
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
                            "meeting",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="grid.meeting"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "议题记录的旧稿",
                    },
                ),
                migrations.CreateModel(
                    name="Attendee",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("name", models.CharField(max_length=40, verbose_name="姓名")),
                        ("unit", models.CharField(blank=True, max_length=80, verbose_name="单位")),
                        (
                            "role",
                            models.CharField(
                                choices=[
                                    ("chair", "召集"),
                                    ("branch", "支部"),
                                    ("department", "条线"),
                                    ("council", "议事会成员"),
                                    ("seconded", "下沉力量"),
                                    ("raiser", "提出人"),
                                    ("guest", "列席"),
                                ],
                                default="guest",
                                max_length=10,
                                verbose_name="身份",
                            ),
                        ),
                        ("counts", models.BooleanField(default=True, verbose_name="计入应到")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("asked", "未回复"),
                                    ("coming", "会来"),
                                    ("excused", "请假"),
                                    ("present", "到会"),
                                    ("absent", "没来"),
                                ],
                                default="asked",
                                max_length=8,
                                verbose_name="到会",
                            ),
                        ),
                        ("reason", models.CharField(blank=True, max_length=100, verbose_name="请假原因")),
                        ("marked_at", models.DateTimeField(blank=True, null=True, verbose_name="记下时间")),
                        (
                            "marked_by",
                            models.ForeignKey(
                                blank=True,
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
                        (
                            "member",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="grid.councilmember",
                                verbose_name="席位",
                            ),
                        ),
                        (
                            "meeting",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="attendees", to="grid.meeting"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "参会",
                    },
                ),
                migrations.AddField(
                    model_name="agendaitem",
                    name="meeting",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="items", to="grid.meeting"
                    ),
                ),
                migrations.CreateModel(
                    name="Addendum",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("text", models.TextField(max_length=2000, verbose_name="补记")),
                        ("at", models.DateTimeField(verbose_name="时间")),
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
                            "meeting",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="addenda", to="grid.meeting"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "补记",
                    },
                ),
                migrations.CreateModel(
                    name="MeetingHost",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "council",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="joined_meetings",
                                to="grid.council",
                            ),
                        ),
                        (
                            "meeting",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="hosts", to="grid.meeting"
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
                        "verbose_name": "联席的议事会",
                    },
                ),
                migrations.CreateModel(
                    name="Moment",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("at", models.DateTimeField(verbose_name="时间")),
                        ("who", models.CharField(blank=True, max_length=60, verbose_name="谁")),
                        ("verb", models.CharField(max_length=12, verbose_name="做了什么")),
                        ("sentence", models.CharField(max_length=120, verbose_name="一句话")),
                        ("words", models.TextField(blank=True, max_length=2000, verbose_name="说明")),
                        (
                            "level",
                            models.PositiveSmallIntegerField(
                                choices=[(1, "支部直接解决"), (2, "议事协商"), (3, "网格会商"), (4, "区级平台")],
                                verbose_name="层级",
                            ),
                        ),
                        (
                            "tone",
                            models.CharField(
                                blank=True,
                                choices=[("", "经过"), ("good", "结果"), ("alarm", "警示")],
                                default="",
                                max_length=6,
                                verbose_name="语气",
                            ),
                        ),
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
                            "matter",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="moments", to="grid.matter"
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
                        "verbose_name": "经过",
                    },
                ),
                migrations.CreateModel(
                    name="Opinion",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("year", models.PositiveSmallIntegerField(verbose_name="年")),
                        ("serial", models.PositiveIntegerField(verbose_name="序号")),
                        (
                            "way",
                            models.CharField(
                                choices=[
                                    ("code", "扫码"),
                                    ("visit", "走访听到"),
                                    ("desk", "窗口、电话"),
                                    ("meeting", "会上听到"),
                                ],
                                max_length=8,
                                verbose_name="怎么来的",
                            ),
                        ),
                        (
                            "category",
                            models.CharField(
                                choices=[
                                    ("parking", "停车秩序"),
                                    ("surroundings", "环境卫生"),
                                    ("safety", "安全隐患"),
                                    ("noise", "噪声油烟"),
                                    ("facilities", "公共设施"),
                                    ("licence", "证照办理"),
                                    ("staffing", "用工"),
                                    ("dispute", "矛盾纠纷"),
                                    ("premises", "房屋租赁"),
                                    ("other", "其他"),
                                ],
                                default="other",
                                max_length=14,
                                verbose_name="类别",
                            ),
                        ),
                        ("words", models.TextField(blank=True, max_length=1000, verbose_name="说了什么")),
                        ("spot", models.CharField(blank=True, max_length=80, verbose_name="在哪里")),
                        ("teller", models.CharField(blank=True, max_length=40, verbose_name="谁说的")),
                        ("phone_sealed", models.BinaryField(null=True, verbose_name="电话（加密）")),
                        ("phone_index", models.BinaryField(max_length=16, null=True, verbose_name="电话索引")),
                        ("phone_mask", models.CharField(blank=True, max_length=20, verbose_name="电话")),
                        ("consented_at", models.DateTimeField(null=True, verbose_name="同意留电话")),
                        ("unconsented_at", models.DateTimeField(null=True, verbose_name="收回同意")),
                        ("receipt_index", models.BinaryField(max_length=16, unique=True, verbose_name="查询码索引")),
                        ("digest", models.CharField(blank=True, max_length=64)),
                        ("received_at", models.DateTimeField(verbose_name="收到时间")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("waiting", "待分拣"),
                                    ("matter", "已转事项"),
                                    ("topic", "已转议题"),
                                    ("answered", "已直接答复"),
                                    ("elsewhere", "已告知去处"),
                                    ("duplicate", "与另一条相同"),
                                    ("withdrawn", "已撤回"),
                                ],
                                default="waiting",
                                max_length=10,
                                verbose_name="状态",
                            ),
                        ),
                        ("is_own", models.BooleanField(default=False, verbose_name="事项或议题由它而来")),
                        ("reply", models.TextField(blank=True, max_length=1000, verbose_name="答复或去处")),
                        ("decided_at", models.DateTimeField(null=True, verbose_name="分拣时间")),
                        ("emptied_at", models.DateTimeField(null=True, verbose_name="清空时间")),
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
                            "decided_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="分拣人",
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
                            "matter",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="opinions",
                                to="grid.matter",
                                verbose_name="事项",
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
                                verbose_name="地点",
                            ),
                        ),
                        (
                            "received_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="记下的人",
                            ),
                        ),
                        (
                            "same_as",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="twins",
                                to="grid.opinion",
                                verbose_name="与哪一条相同",
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
                        "verbose_name": "意见",
                    },
                ),
                migrations.CreateModel(
                    name="DigestLine",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "count",
                            models.CharField(
                                choices=[
                                    ("new", "新收"),
                                    ("solved", "有结果"),
                                    ("open", "周末还没有结果"),
                                    ("late", "其中超期"),
                                ],
                                max_length=6,
                                verbose_name="算在哪里",
                            ),
                        ),
                        (
                            "of",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="lines", to="grid.digestarea"
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
                            "opinion",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="grid.opinion"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "周报里的一条",
                    },
                ),
                migrations.CreateModel(
                    name="OpinionCode",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("token", models.CharField(max_length=16, unique=True)),
                        ("short", models.CharField(max_length=6, unique=True, verbose_name="短码")),
                        ("generation", models.PositiveSmallIntegerField(default=1, verbose_name="第几次")),
                        ("valid_from", models.DateField(verbose_name="自")),
                        ("valid_until", models.DateField(verbose_name="至")),
                        ("made_at", models.DateTimeField(verbose_name="生成时间")),
                        ("ended_at", models.DateTimeField(null=True, verbose_name="停用时间")),
                        (
                            "ended_how",
                            models.CharField(
                                blank=True,
                                choices=[("rotated", "已换新码"), ("revoked", "已停用")],
                                max_length=8,
                                verbose_name="怎么停的",
                            ),
                        ),
                        ("ended_reason", models.CharField(blank=True, max_length=200, verbose_name="停用原因")),
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
                            "ended_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
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
                                blank=True,
                                null=True,
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
                        "verbose_name": "意见码",
                    },
                ),
                migrations.AddField(
                    model_name="opinion",
                    name="code",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="opinions",
                        to="grid.opinioncode",
                    ),
                ),
                migrations.CreateModel(
                    name="OpinionNotice",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("number", models.PositiveSmallIntegerField(verbose_name="版次")),
                        ("organ", models.CharField(max_length=60, verbose_name="谁在听")),
                        ("contact", models.CharField(max_length=80, verbose_name="有疑问找谁")),
                        ("notice", models.TextField(max_length=4000, verbose_name="完整告知书")),
                        ("consent", models.CharField(max_length=200, verbose_name="单独同意书里的话")),
                        (
                            "retention_days",
                            models.PositiveSmallIntegerField(default=180, verbose_name="电话收到后保存几天"),
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
                        "verbose_name": "意见告知书",
                    },
                ),
                migrations.AddField(
                    model_name="opinion",
                    name="notice",
                    field=models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="grid.opinionnotice",
                    ),
                ),
                migrations.CreateModel(
                    name="Resolution",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("number", models.PositiveSmallIntegerField(verbose_name="第几项")),
                        ("text", models.CharField(max_length=300, verbose_name="议定事项")),
                        ("owner", models.CharField(max_length=60, verbose_name="责任人")),
                        ("due_on", models.DateField(verbose_name="期限")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("open", "在办"),
                                    ("done", "已落实"),
                                    ("dropped", "不再办"),
                                    ("withdrawn", "已撤回"),
                                ],
                                default="open",
                                max_length=9,
                                verbose_name="状态",
                            ),
                        ),
                        ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="结束时间")),
                        ("made_at", models.DateTimeField(verbose_name="议定时间")),
                        (
                            "item",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="resolutions",
                                to="grid.agendaitem",
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
                            "matter",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="resolutions",
                                to="grid.matter",
                                verbose_name="事项",
                            ),
                        ),
                        (
                            "meeting",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="resolutions",
                                to="grid.meeting",
                            ),
                        ),
                        (
                            "owner_user",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="责任人账号",
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
                        "verbose_name": "议定事项",
                    },
                ),
                migrations.CreateModel(
                    name="FollowUp",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "said",
                            models.CharField(
                                choices=[("done", "已落实"), ("not_yet", "还没落实"), ("dropped", "不再办")],
                                max_length=8,
                                verbose_name="情况",
                            ),
                        ),
                        ("note", models.CharField(blank=True, max_length=300, verbose_name="说明")),
                        ("due_on", models.DateField(blank=True, null=True, verbose_name="新的期限")),
                        ("at", models.DateTimeField(verbose_name="时间")),
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
                            "meeting",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="follow_ups",
                                to="grid.meeting",
                            ),
                        ),
                        (
                            "resolution",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="follow_ups",
                                to="grid.resolution",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "落实情况",
                    },
                ),
                migrations.AddField(
                    model_name="agendaitem",
                    name="carried",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="followed_on",
                        to="grid.resolution",
                        verbose_name="上次决议",
                    ),
                ),
                migrations.CreateModel(
                    name="Secondment",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "whose",
                            models.CharField(
                                choices=[
                                    ("police", "公安"),
                                    ("urban", "城管"),
                                    ("operations", "城运"),
                                    ("market", "市场监管"),
                                    ("district", "区级职能部门"),
                                    ("other", "其他"),
                                ],
                                max_length=12,
                                verbose_name="从哪里来",
                            ),
                        ),
                        ("home_unit", models.CharField(max_length=80, verbose_name="原单位")),
                        ("name", models.CharField(max_length=40, verbose_name="姓名")),
                        ("person_key", models.CharField(max_length=130)),
                        ("is_young", models.BooleanField(default=False, verbose_name="青年党员")),
                        ("duties", models.CharField(max_length=300, verbose_name="在网格里做什么")),
                        ("valid", django.contrib.postgres.fields.ranges.DateRangeField(verbose_name="下沉期间")),
                        ("renewals", models.PositiveSmallIntegerField(default=0, verbose_name="续派次数")),
                        ("end_reason", models.CharField(blank=True, max_length=100, verbose_name="提前结束的原因")),
                        (
                            "grid",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="secondments",
                                to="territory.area",
                                verbose_name="下沉到哪个网格",
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
                            "user",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="secondments",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="账号",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "下沉力量",
                    },
                ),
                migrations.CreateModel(
                    name="StrayAnswer",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("event", models.CharField(max_length=100, verbose_name="回传编号")),
                        ("case_number", models.CharField(blank=True, max_length=60, verbose_name="编号")),
                        ("platform_number", models.CharField(blank=True, max_length=60, verbose_name="平台编号")),
                        (
                            "said",
                            models.CharField(
                                choices=[
                                    ("opened", "上报"),
                                    ("accepted", "受理"),
                                    ("filed", "立案"),
                                    ("dispatched", "派遣"),
                                    ("handling", "处置"),
                                    ("urged", "督办"),
                                    ("checking", "核查"),
                                    ("finished", "结案"),
                                    ("returned", "退单"),
                                    ("extended", "延期"),
                                    ("recalled", "街道撤回"),
                                ],
                                max_length=10,
                                verbose_name="说了什么",
                            ),
                        ),
                        ("words", models.TextField(blank=True, max_length=1000, verbose_name="说明")),
                        ("due_on", models.DateField(blank=True, null=True, verbose_name="新的期限")),
                        ("at", models.DateTimeField(verbose_name="时间")),
                        ("heard_at", models.DateTimeField(verbose_name="收到时间")),
                        ("settled_at", models.DateTimeField(blank=True, null=True, verbose_name="处理时间")),
                        (
                            "case",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="grid.districtcase",
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
                        "verbose_name": "对不上的回传",
                    },
                ),
                migrations.CreateModel(
                    name="Topic",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("year", models.PositiveSmallIntegerField(verbose_name="年")),
                        ("serial", models.PositiveIntegerField(verbose_name="序号")),
                        ("title", models.CharField(max_length=60, verbose_name="议题")),
                        ("words", models.TextField(max_length=2000, verbose_name="为什么提")),
                        (
                            "category",
                            models.CharField(
                                choices=[
                                    ("parking", "停车秩序"),
                                    ("surroundings", "环境卫生"),
                                    ("safety", "安全隐患"),
                                    ("noise", "噪声油烟"),
                                    ("facilities", "公共设施"),
                                    ("licence", "证照办理"),
                                    ("staffing", "用工"),
                                    ("dispute", "矛盾纠纷"),
                                    ("premises", "房屋租赁"),
                                    ("other", "其他"),
                                ],
                                default="other",
                                max_length=14,
                                verbose_name="类别",
                            ),
                        ),
                        ("proposed_at", models.DateTimeField(verbose_name="提出时间")),
                        ("proposer", models.CharField(blank=True, max_length=60, verbose_name="谁提出的")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("proposed", "征集支持"),
                                    ("scheduled", "已列入议程"),
                                    ("resolved", "已议定"),
                                    ("declined", "没有列入"),
                                    ("merged", "已并入"),
                                    ("withdrawn", "已撤回"),
                                ],
                                default="proposed",
                                max_length=10,
                                verbose_name="状态",
                            ),
                        ),
                        ("agenda_body", models.CharField(blank=True, max_length=80, verbose_name="列入哪个会")),
                        ("agenda_on", models.DateField(blank=True, null=True, verbose_name="会期")),
                        ("scheduled_at", models.DateTimeField(blank=True, null=True, verbose_name="列入时间")),
                        ("outcome", models.TextField(blank=True, max_length=2000, verbose_name="议定结果")),
                        ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="有结果的时间")),
                        ("heard_at", models.DateTimeField(blank=True, null=True, verbose_name="提出人知道了")),
                        ("revision", models.PositiveIntegerField(default=0)),
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
                            "ended_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "matter",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="topics",
                                to="grid.matter",
                                verbose_name="转出的事项",
                            ),
                        ),
                        (
                            "meeting",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="topics",
                                to="grid.meeting",
                                verbose_name="会议",
                            ),
                        ),
                        (
                            "merged_into",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="merged",
                                to="grid.topic",
                                verbose_name="并入",
                            ),
                        ),
                        (
                            "proposed_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="提出人账号",
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
                        "verbose_name": "议题",
                    },
                ),
                migrations.AddField(
                    model_name="opinion",
                    name="topic",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="opinions",
                        to="grid.topic",
                        verbose_name="议题",
                    ),
                ),
                migrations.CreateModel(
                    name="TopicMoment",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("at", models.DateTimeField(verbose_name="时间")),
                        ("verb", models.CharField(max_length=10, verbose_name="做了什么")),
                        ("sentence", models.CharField(max_length=120, verbose_name="一句话")),
                        ("words", models.TextField(blank=True, max_length=2000, verbose_name="说明")),
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
                            "topic",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="moments", to="grid.topic"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "议题经过",
                    },
                ),
                migrations.CreateModel(
                    name="TopicSupport",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("at", models.DateTimeField(verbose_name="时间")),
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
                            "topic",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="supports", to="grid.topic"
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="谁",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "支持",
                    },
                ),
                migrations.CreateModel(
                    name="Vote",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("motion", models.CharField(max_length=200, verbose_name="表决事项")),
                        ("ayes", models.PositiveSmallIntegerField(verbose_name="赞成")),
                        ("nays", models.PositiveSmallIntegerField(default=0, verbose_name="不赞成")),
                        ("abstained", models.PositiveSmallIntegerField(default=0, verbose_name="弃权")),
                        ("present", models.PositiveSmallIntegerField(verbose_name="到会有表决权的")),
                        ("passing_percent", models.PositiveSmallIntegerField(verbose_name="通过比例")),
                        ("source", models.CharField(max_length=100, verbose_name="依据")),
                        ("is_passed", models.BooleanField(verbose_name="通过")),
                        ("at", models.DateTimeField(verbose_name="时间")),
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
                            "item",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="votes", to="grid.agendaitem"
                            ),
                        ),
                        (
                            "meeting",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="votes", to="grid.meeting"
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
                        "verbose_name": "表决",
                    },
                ),
                migrations.CreateModel(
                    name="CaseBaseline",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("first", models.DateField(verbose_name="自")),
                        ("last", models.DateField(verbose_name="至")),
                        ("formula", models.CharField(max_length=300, verbose_name="算法")),
                        ("why", models.CharField(blank=True, max_length=300, verbose_name="为什么选这一段")),
                        ("declared_at", models.DateTimeField(verbose_name="公布时间")),
                        (
                            "declared_by",
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
                        "verbose_name": "基准期",
                        "indexes": [models.Index(fields=["street", "-declared_at"], name="baseline_by_time")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("last__gt", models.F("first"))),
                                name="baseline_ends_after_it_begins",
                                violation_error_message="基准期的结束要在开始之后。",
                            )
                        ],
                    },
                ),
                migrations.AddIndex(
                    model_name="council",
                    index=models.Index(fields=["street", "kind", "area"], name="council_by_kind"),
                ),
                migrations.AddConstraint(
                    model_name="council",
                    constraint=models.UniqueConstraint(
                        models.F("street"),
                        models.F("name"),
                        condition=models.Q(("ended_on__isnull", True)),
                        name="council_name_once_per_street",
                        violation_error_message="已有同名的议事会。",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="council",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("ended_on__isnull", True), ("ended_on__gt", models.F("founded_on")), _connector="OR"
                        ),
                        name="council_ended_after_founding",
                        violation_error_message="撤销日期要晚于成立日期。",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="charter",
                    constraint=models.UniqueConstraint(
                        models.F("council"), models.F("number"), name="charter_number_once_per_council"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="charter",
                    constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[("council", "="), ("valid", "&&")],
                        name="one_charter_at_a_time",
                        violation_error_message="这段时间已经有一版议事规则。",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="charter",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("quorum_percent__range", (1, 100)), ("passing_percent__range", (1, 100))),
                        name="charter_shares_are_percents",
                        violation_error_message="比例在 1 到 100 之间。",
                    ),
                ),
                migrations.AddIndex(
                    model_name="councilmember",
                    index=models.Index(
                        condition=models.Q(("user__isnull", False)), fields=["user"], name="council_member_by_user"
                    ),
                ),
                migrations.AddIndex(
                    model_name="councilmember",
                    index=models.Index(
                        condition=models.Q(("entity__isnull", False)),
                        fields=["entity"],
                        name="council_member_by_entity",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="councilmember",
                    constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                        condition=models.Q(("is_convener", True)),
                        expressions=[("council", "="), ("valid", "&&")],
                        name="one_convener_at_a_time",
                        violation_error_message="这段时间里已经有一位召集人。",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="councilmember",
                    constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                        condition=models.Q(("name", "（已到保存期限）"), _negated=True),
                        expressions=[("council", "="), ("name", "="), ("unit", "="), ("valid", "&&")],
                        name="seated_once_in_a_council",
                        violation_error_message="这位成员这段时间里已经在这个议事会。",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="councilmember",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("organisation__isnull", True), ("entity__isnull", True), _connector="OR"),
                        name="council_member_sent_by_one",
                        violation_error_message="党组织和市场主体只选一个。",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="councilplace",
                    constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[("place", "="), ("valid", "&&")],
                        name="one_council_per_building_at_a_time",
                        violation_error_message="这栋楼这段时间里已经有一个楼务会。",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="digest",
                    constraint=models.UniqueConstraint(
                        models.F("street"), models.F("week"), name="one_digest_per_week"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="digest",
                    constraint=models.UniqueConstraint(
                        models.F("street"), models.F("number"), name="digest_number_once_per_street"
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="digest",
                    trigger=pgtrigger.compiler.Trigger(
                        name="digest_stands",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="37dd2f22574d148159ef22b4c6562a7db9df8ada",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_digest_stands_b6630",
                            table="grid_digest",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="digestarea",
                    constraint=models.UniqueConstraint(
                        models.F("digest"), models.F("area"), name="one_weather_per_area_and_week", nulls_distinct=False
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="digestarea",
                    trigger=pgtrigger.compiler.Trigger(
                        name="digest_area_stands",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="f9aa24ed6ac4c73f3e3d1be2fad592ac33ccd1b6",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_digest_area_stands_c0efe",
                            table="grid_digestarea",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.AddIndex(
                    model_name="casestep",
                    index=models.Index(fields=["case", "-at"], name="step_by_case"),
                ),
                migrations.AddConstraint(
                    model_name="casestep",
                    constraint=models.UniqueConstraint(
                        models.F("case"),
                        models.F("event"),
                        condition=models.Q(("event", ""), _negated=True),
                        name="an_answer_once_per_case",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="districtplatform",
                    constraint=models.UniqueConstraint(models.F("street"), name="district_platform_once_per_street"),
                ),
                migrations.AddConstraint(
                    model_name="gridmember",
                    constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                        condition=models.Q(("role", "head")),
                        expressions=[("grid", "="), ("valid", "&&")],
                        name="one_head_per_grid_at_a_time",
                        violation_error_message="这段时间里已经有一位网格长。",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="gridmember",
                    constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                        condition=models.Q(("name", "（已到保存期限）"), _negated=True),
                        expressions=[("grid", "="), ("name", "="), ("unit", "="), ("valid", "&&")],
                        name="in_a_grid_once_at_a_time",
                        violation_error_message="这位成员这段时间里已经在这个网格。",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="gridpart",
                    constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[("street", "="), ("whose", "="), ("name", "="), ("valid", "&&")],
                        name="part_of_one_grid_at_a_time",
                        violation_error_message="这个网格这段时间里已经并入了一个网格。",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="gridpart",
                    constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                        condition=models.Q(("area__isnull", False)),
                        expressions=[("area", "="), ("valid", "&&")],
                        name="former_area_in_one_grid_at_a_time",
                        violation_error_message="原区域这段时间里已经并入了一个网格。",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="gridpart",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("area__isnull", True), models.Q(("area", models.F("grid")), _negated=True), _connector="OR"
                        ),
                        name="grid_not_part_of_itself",
                        violation_error_message="网格不能并入它自己。",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="legcouncil",
                    constraint=models.UniqueConstraint(
                        models.F("leg"),
                        models.F("council"),
                        name="council_joins_once",
                        violation_error_message="这个议事会已经在一起协商。",
                    ),
                ),
                migrations.AddIndex(
                    model_name="matter",
                    index=models.Index(fields=["street", "state", "due_on"], name="matter_by_due"),
                ),
                migrations.AddIndex(
                    model_name="matter",
                    index=models.Index(fields=["street", "-raised_at"], name="matter_by_time"),
                ),
                migrations.AddIndex(
                    model_name="matter",
                    index=models.Index(fields=["entity"], name="matter_by_entity"),
                ),
                migrations.AddIndex(
                    model_name="matter",
                    index=models.Index(fields=["place"], name="matter_by_place"),
                ),
                migrations.AddConstraint(
                    model_name="matter",
                    constraint=models.UniqueConstraint(
                        models.F("street"), models.F("year"), models.F("serial"), name="matter_number_once_per_street"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="matter",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("solved_at__isnull", False),
                                ("solved_level__isnull", False),
                                ("state__in", ["solved", "closed"]),
                            ),
                            ("state__in", ["open", "merged", "withdrawn"]),
                            _connector="OR",
                        ),
                        name="matter_solved_somewhere",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="matter",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("merged_into__isnull", False), ("state", "merged")),
                            models.Q(models.Q(("state", "merged"), _negated=True), ("merged_into__isnull", True)),
                            _connector="OR",
                        ),
                        name="matter_merged_into_another",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="matter",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("merged_into__isnull", True),
                            models.Q(("merged_into", models.F("id")), _negated=True),
                            _connector="OR",
                        ),
                        name="matter_not_merged_into_itself",
                        violation_error_message="不能并入它自己。",
                    ),
                ),
                migrations.AddIndex(
                    model_name="leg",
                    index=models.Index(fields=["owner_user", "ended_at"], name="leg_by_owner"),
                ),
                migrations.AddConstraint(
                    model_name="leg",
                    constraint=models.UniqueConstraint(
                        models.F("matter"), models.F("number"), name="leg_number_once_per_matter"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="leg",
                    constraint=models.UniqueConstraint(
                        models.F("matter"),
                        condition=models.Q(("ended_at__isnull", True)),
                        name="one_open_leg_per_matter",
                        violation_error_message="这件事已经有人在办。",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="leg",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("end", "up"), _negated=True),
                            models.Q(("tried", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="up_only_with_what_was_tried",
                        violation_error_message="往上转要写明试过什么。",
                    ),
                ),
                migrations.AddIndex(
                    model_name="districtcase",
                    index=models.Index(fields=["street", "opened_on"], name="case_by_day"),
                ),
                migrations.AddIndex(
                    model_name="districtcase",
                    index=models.Index(fields=["matter"], name="case_by_matter"),
                ),
                migrations.AddConstraint(
                    model_name="districtcase",
                    constraint=models.UniqueConstraint(
                        models.F("street"), models.F("number"), name="case_number_once_per_street"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="districtcase",
                    constraint=models.UniqueConstraint(
                        models.F("street"),
                        models.F("platform_number"),
                        condition=models.Q(("platform_number", ""), _negated=True),
                        name="platform_number_once_per_street",
                        violation_error_message="这个平台编号已经记在另一件案件上。",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="districtcase",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("origin", "ledger"),
                            models.Q(("leg__isnull", False), ("matter__isnull", False)),
                            _connector="OR",
                        ),
                        name="case_of_a_matter_or_the_ledger",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="districtcase",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at__isnull", False), ("state__in", ["finished", "recalled", "returned"])),
                            models.Q(
                                models.Q(("state__in", ["finished", "recalled", "returned"]), _negated=True),
                                ("ended_at__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="case_ended_when_it_says_so",
                    ),
                ),
                migrations.AddIndex(
                    model_name="answer",
                    index=models.Index(fields=["matter", "-at"], name="answer_by_matter"),
                ),
                migrations.AddIndex(
                    model_name="meeting",
                    index=models.Index(fields=["street", "state", "starts_at"], name="meeting_by_state"),
                ),
                migrations.AddIndex(
                    model_name="meeting",
                    index=models.Index(fields=["area", "-starts_at"], name="meeting_by_area"),
                ),
                migrations.AddIndex(
                    model_name="meeting",
                    index=models.Index(fields=["council", "-starts_at"], name="meeting_by_council"),
                ),
                migrations.AddConstraint(
                    model_name="meeting",
                    constraint=models.UniqueConstraint(
                        models.F("area"),
                        models.F("period_start"),
                        name="one_grid_meeting_per_fortnight",
                        violation_error_message="这个网格这一双周已经有一次例会。",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="meeting",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("council__isnull", True), ("kind", "grid"), ("period_start__isnull", False)),
                            models.Q(
                                models.Q(("kind", "grid"), _negated=True),
                                ("council__isnull", False),
                                ("period_start__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="meeting_of_a_grid_or_of_a_council",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="meeting",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("starts_at"))),
                        name="meeting_ends_after_it_begins",
                        violation_error_message="结束要在开始之后。",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="meeting",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "cancelled"), _negated=True),
                            models.Q(("cancelled_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="meeting_cancelled_for_a_reason",
                        violation_error_message="写明为什么不开。",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="attendee",
                    constraint=models.UniqueConstraint(
                        models.F("meeting"),
                        models.F("name"),
                        models.F("unit"),
                        name="attendee_once_per_meeting",
                        violation_error_message="这个人已经在参会名单里。",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="attendee",
                    constraint=models.UniqueConstraint(
                        models.F("meeting"),
                        models.F("user"),
                        name="attendee_account_once_per_meeting",
                        violation_error_message="这个账号已经在参会名单里。",
                    ),
                ),
                migrations.AddIndex(
                    model_name="addendum",
                    index=models.Index(fields=["meeting", "at"], name="addendum_by_time"),
                ),
                migrations.AddConstraint(
                    model_name="meetinghost",
                    constraint=models.UniqueConstraint(
                        models.F("meeting"),
                        models.F("council"),
                        name="host_once_per_meeting",
                        violation_error_message="这个议事会已经在联席里。",
                    ),
                ),
                migrations.AddIndex(
                    model_name="moment",
                    index=models.Index(fields=["matter", "-at"], name="moment_by_matter"),
                ),
                migrations.AddConstraint(
                    model_name="digestline",
                    constraint=models.UniqueConstraint(
                        models.F("of"), models.F("count"), models.F("opinion"), name="opinion_counted_once"
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="digestline",
                    trigger=pgtrigger.compiler.Trigger(
                        name="digest_line_stands",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="bc4e5b1f46878eadd4c871163484d5d442408345",
                            operation="UPDATE",
                            pgid="pgtrigger_digest_line_stands_3c31e",
                            table="grid_digestline",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="opinioncode",
                    constraint=models.UniqueConstraint(
                        models.F("street"),
                        models.F("area"),
                        models.F("place"),
                        condition=models.Q(("ended_at__isnull", True)),
                        name="one_opinion_code_per_spot",
                        nulls_distinct=False,
                        violation_error_message="这里已经有一张在用的码。",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="opinioncode",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("valid_until__gte", models.F("valid_from"))),
                        name="opinion_code_ends_after_it_begins",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="opinionnotice",
                    constraint=models.UniqueConstraint(
                        models.F("street"), models.F("number"), name="opinion_notice_once_per_street"
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="opinionnotice",
                    trigger=pgtrigger.compiler.Trigger(
                        name="opinion_notice_stands",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="8c1c17fa22fc1d20c70cdf1547b6a45eb47709f4",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_opinion_notice_stands_00dd1",
                            table="grid_opinionnotice",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.AddIndex(
                    model_name="resolution",
                    index=models.Index(fields=["street", "state", "due_on"], name="resolution_by_due"),
                ),
                migrations.AddIndex(
                    model_name="resolution",
                    index=models.Index(fields=["matter"], name="resolution_by_matter"),
                ),
                migrations.AddIndex(
                    model_name="resolution",
                    index=models.Index(fields=["owner_user", "state"], name="resolution_by_owner"),
                ),
                migrations.AddConstraint(
                    model_name="resolution",
                    constraint=models.UniqueConstraint(
                        models.F("meeting"), models.F("number"), name="resolution_number_once_per_meeting"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="resolution",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("owner", ""), _negated=True),
                        name="resolution_has_an_owner",
                        violation_error_message="写明责任人。",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="resolution",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at__isnull", True), ("state", "open")),
                            models.Q(models.Q(("state", "open"), _negated=True), ("ended_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="resolution_open_or_ended",
                    ),
                ),
                migrations.AddIndex(
                    model_name="followup",
                    index=models.Index(fields=["resolution", "-at"], name="follow_up_by_time"),
                ),
                migrations.AddConstraint(
                    model_name="followup",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("said", "done"), models.Q(("note", ""), _negated=True), _connector="OR"),
                        name="follow_up_says_why_not",
                        violation_error_message="没有落实的，写明原因。",
                    ),
                ),
                migrations.AddIndex(
                    model_name="agendaitem",
                    index=models.Index(fields=["matter"], name="item_by_matter"),
                ),
                migrations.AddConstraint(
                    model_name="agendaitem",
                    constraint=models.UniqueConstraint(
                        models.F("meeting"),
                        models.F("key"),
                        name="item_once_per_agenda",
                        violation_error_message="这一项已经在议程上。",
                    ),
                ),
                migrations.AddIndex(
                    model_name="secondment",
                    index=models.Index(fields=["street", "grid"], name="secondment_by_grid"),
                ),
                migrations.AddConstraint(
                    model_name="secondment",
                    constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[("street", "="), ("person_key", "="), ("valid", "&&")],
                        name="seconded_to_one_grid_at_a_time",
                        violation_error_message="这位同志这段时间里已经下沉到一个网格，先结束那一段。",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="secondment",
                    constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                        condition=models.Q(("user__isnull", False)),
                        expressions=[("user", "="), ("valid", "&&")],
                        name="account_seconded_to_one_grid_at_a_time",
                        violation_error_message="这个账号这段时间里已经有人下沉时在用，先结束那一段。",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="secondment",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("valid__isempty", True), ("valid__upper_inf", False), _connector="OR"),
                        name="secondment_has_an_end",
                        violation_error_message="写明下沉到哪天。",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="strayanswer",
                    constraint=models.UniqueConstraint(
                        models.F("street"), models.F("event"), name="stray_answer_once_per_street"
                    ),
                ),
                migrations.AddIndex(
                    model_name="topic",
                    index=models.Index(fields=["street", "state", "-proposed_at"], name="topic_by_state"),
                ),
                migrations.AddIndex(
                    model_name="topic",
                    index=models.Index(fields=["proposed_by", "state"], name="topic_by_proposer"),
                ),
                migrations.AddConstraint(
                    model_name="topic",
                    constraint=models.UniqueConstraint(
                        models.F("street"), models.F("year"), models.F("serial"), name="topic_number_once_per_street"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="topic",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "merged"), ("merged_into__isnull", False)),
                            models.Q(models.Q(("state", "merged"), _negated=True), ("merged_into__isnull", True)),
                            _connector="OR",
                        ),
                        name="topic_merged_into_another",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="topic",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("merged_into__isnull", True),
                            models.Q(("merged_into", models.F("id")), _negated=True),
                            _connector="OR",
                        ),
                        name="topic_not_merged_into_itself",
                        violation_error_message="不能并入它自己。",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="topic",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["resolved", "declined"]), _negated=True),
                            models.Q(models.Q(("outcome", ""), _negated=True), ("ended_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="topic_ends_with_words",
                        violation_error_message="写明结果，提出人才知道。",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="topic",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "scheduled"), _negated=True),
                            models.Q(models.Q(("agenda_body", ""), _negated=True), ("agenda_on__isnull", False)),
                            _connector="OR",
                        ),
                        name="topic_scheduled_for_a_meeting",
                        violation_error_message="写明列入哪个会、哪一天。",
                    ),
                ),
                migrations.AddIndex(
                    model_name="opinion",
                    index=models.Index(fields=["street", "state", "received_at"], name="opinion_by_state"),
                ),
                migrations.AddIndex(
                    model_name="opinion",
                    index=models.Index(fields=["street", "-received_at"], name="opinion_by_time"),
                ),
                migrations.AddIndex(
                    model_name="opinion",
                    index=models.Index(fields=["matter"], name="opinion_by_matter"),
                ),
                migrations.AddIndex(
                    model_name="opinion",
                    index=models.Index(fields=["topic"], name="opinion_by_topic"),
                ),
                migrations.AddConstraint(
                    model_name="opinion",
                    constraint=models.UniqueConstraint(
                        models.F("street"), models.F("year"), models.F("serial"), name="opinion_number_once_per_street"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="opinion",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("code__isnull", False), ("state", "waiting")),
                        fields=("code", "digest"),
                        name="same_words_are_one_opinion",
                        violation_error_message="同样的话又收到一条，在等分拣，处理那一条就行。",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="opinion",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("phone_sealed__isnull", True),
                            models.Q(("consented_at__isnull", False), ("unconsented_at__isnull", True)),
                            _connector="OR",
                        ),
                        name="number_only_with_consent",
                        violation_error_message="没有本人同意，不能留电话。",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="opinion",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "withdrawn"), _negated=True),
                            models.Q(("phone_index", None), ("phone_sealed", None), ("teller", ""), ("words", "")),
                            _connector="OR",
                        ),
                        name="withdrawn_opinion_is_empty",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="opinion",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "matter"), _negated=True), ("matter__isnull", False), _connector="OR"
                        ),
                        name="opinion_has_its_matter",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="opinion",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "topic"), _negated=True), ("topic__isnull", False), _connector="OR"
                        ),
                        name="opinion_has_its_topic",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="opinion",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "duplicate"), _negated=True),
                            models.Q(("same_as__isnull", False), models.Q(("same_as", models.F("id")), _negated=True)),
                            _connector="OR",
                        ),
                        name="opinion_same_as_another",
                        violation_error_message="不能和它自己相同。",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="opinion",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["answered", "elsewhere"]), _negated=True),
                            models.Q(("reply", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="opinion_is_answered_in_words",
                    ),
                ),
                migrations.AddIndex(
                    model_name="topicmoment",
                    index=models.Index(fields=["topic", "-at"], name="topicmoment_by_topic"),
                ),
                migrations.AddConstraint(
                    model_name="topicsupport",
                    constraint=models.UniqueConstraint(
                        models.F("topic"),
                        models.F("user"),
                        name="support_once_per_person",
                        violation_error_message="您已经支持过这个议题。",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="vote",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            (
                                "present__gte",
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        models.F("ayes"), "+", models.F("nays")
                                    ),
                                    "+",
                                    models.F("abstained"),
                                ),
                            )
                        ),
                        name="no_more_votes_than_people",
                        violation_error_message="票数比到会有表决权的人多。",
                    ),
                ),
            ]
        )
    ]
