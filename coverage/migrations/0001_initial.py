import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import shimen.models
from shimen.migrating import Together

CREATE_LOOSE = """
CREATE INDEX entity_by_loose_name ON coverage_entity
  (street_id, (regexp_replace(regexp_replace(name, '（[^（）]*）', '', 'g'), '[^[:alnum:]_]+', '', 'g'))) WHERE removed_at IS NULL
"""
# Room on each page for the next versions of its rows: an update that touches no indexed column then touches no index. A row
# of the registry takes some 1,400 bytes.
ROOM = """
ALTER TABLE coverage_entity SET (fillfactor = 70);
ALTER TABLE coverage_difference SET (fillfactor = 60);
ALTER TABLE coverage_discrepancy SET (fillfactor = 85);
"""
NO_ROOM = """
ALTER TABLE coverage_entity RESET (fillfactor);
ALTER TABLE coverage_difference RESET (fillfactor);
ALTER TABLE coverage_discrepancy RESET (fillfactor);
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("pghistory", "0007_auto_20250421_0444"),
        ("privacy", "0001_initial"),
        ("territory", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        Together(
            [
                # Receipt numbers must not wait for one another: a sequence, which may leave gaps.
                migrations.RunSQL(
                    "CREATE SEQUENCE coverage_visit_receipt AS bigint START 1001",
                    "DROP SEQUENCE coverage_visit_receipt",
                ),
                migrations.CreateModel(
                    name="Entity",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("code", models.CharField(blank=True, max_length=18, verbose_name="统一社会信用代码")),
                        (
                            "organisation_code",
                            models.CharField(blank=True, max_length=9, verbose_name="组织机构代码（9 位）"),
                        ),
                        ("old_number", models.CharField(blank=True, max_length=20, verbose_name="旧注册号")),
                        ("name", models.CharField(max_length=160, verbose_name="名称")),
                        ("name_key", models.CharField(max_length=160, verbose_name="名称键")),
                        ("trade_sign", models.CharField(blank=True, max_length=80, verbose_name="招牌")),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("enterprise", "企业"),
                                    ("sole_trader", "个体工商户"),
                                    ("social", "社会组织"),
                                    ("other", "其他"),
                                ],
                                max_length=12,
                                verbose_name="类型",
                            ),
                        ),
                        (
                            "legal_person",
                            models.CharField(blank=True, max_length=80, verbose_name="法定代表人（经营者）"),
                        ),
                        (
                            "registration_status",
                            models.CharField(
                                choices=[
                                    ("1", "存续"),
                                    ("2", "吊销未注销"),
                                    ("3", "吊销已注销"),
                                    ("4", "注销"),
                                    ("5", "撤销"),
                                    ("6", "迁出"),
                                    ("9", "其他"),
                                ],
                                default="1",
                                max_length=1,
                                verbose_name="登记状态",
                            ),
                        ),
                        ("is_suspended", models.BooleanField(default=False, verbose_name="歇业")),
                        ("is_irregular", models.BooleanField(default=False, verbose_name="列入经营异常")),
                        (
                            "industry",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("A", "农、林、牧、渔业"),
                                    ("B", "采矿业"),
                                    ("C", "制造业"),
                                    ("D", "电力、热力、燃气及水生产和供应业"),
                                    ("E", "建筑业"),
                                    ("F", "批发和零售业"),
                                    ("G", "交通运输、仓储和邮政业"),
                                    ("H", "住宿和餐饮业"),
                                    ("I", "信息传输、软件和信息技术服务业"),
                                    ("J", "金融业"),
                                    ("K", "房地产业"),
                                    ("L", "租赁和商务服务业"),
                                    ("M", "科学研究和技术服务业"),
                                    ("N", "水利、环境和公共设施管理业"),
                                    ("O", "居民服务、修理和其他服务业"),
                                    ("P", "教育"),
                                    ("Q", "卫生和社会工作"),
                                    ("R", "文化、体育和娱乐业"),
                                    ("S", "公共管理、社会保障和社会组织"),
                                    ("T", "国际组织"),
                                ],
                                max_length=1,
                                verbose_name="行业门类",
                            ),
                        ),
                        ("industry_code", models.CharField(blank=True, max_length=6, verbose_name="行业代码")),
                        ("scope", models.TextField(blank=True, verbose_name="经营范围")),
                        ("address", models.CharField(blank=True, max_length=200, verbose_name="住所（经营场所）")),
                        ("address_key", models.CharField(blank=True, max_length=120, verbose_name="地址键")),
                        ("established_on", models.DateField(blank=True, null=True, verbose_name="成立日期")),
                        (
                            "capital",
                            models.DecimalField(
                                blank=True, decimal_places=4, max_digits=16, null=True, verbose_name="注册资本（万元）"
                            ),
                        ),
                        ("headcount", models.PositiveIntegerField(blank=True, null=True, verbose_name="从业人数")),
                        ("opening_hours", models.CharField(blank=True, max_length=60, verbose_name="营业时间")),
                        ("phone_sealed", models.BinaryField(null=True, verbose_name="联系电话（加密）")),
                        ("phone_index", models.BinaryField(max_length=16, null=True, verbose_name="联系电话索引")),
                        ("phone_mask", models.CharField(blank=True, max_length=20, verbose_name="联系电话")),
                        (
                            "presence",
                            models.CharField(
                                choices=[
                                    ("unknown", "未访到"),
                                    ("open", "在营"),
                                    ("closed", "关闭"),
                                    ("moved", "搬走"),
                                ],
                                default="unknown",
                                max_length=8,
                                verbose_name="实地情况",
                            ),
                        ),
                        ("presence_on", models.DateField(blank=True, null=True, verbose_name="实地情况截至")),
                        (
                            "missing_since",
                            models.DateField(blank=True, null=True, verbose_name="部门名册中不再出现，自"),
                        ),
                        ("pinyin", models.CharField(blank=True, max_length=240, verbose_name="拼音")),
                        ("initials", models.CharField(blank=True, max_length=80, verbose_name="拼音首字母")),
                        ("provenance", models.JSONField(default=dict, verbose_name="来源")),
                        ("registered_on", models.DateField(verbose_name="进入名册日期")),
                        ("removed_at", models.DateTimeField(blank=True, null=True, verbose_name="移出名册时间")),
                        ("removed_reason", models.CharField(blank=True, max_length=200, verbose_name="移出原因")),
                        (
                            "area",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="entities",
                                to="territory.area",
                                verbose_name="网格",
                            ),
                        ),
                        (
                            "place",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="entities",
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
                        "verbose_name": "市场主体",
                    },
                ),
                migrations.CreateModel(
                    name="Absence",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("first_day", models.DateField(verbose_name="自")),
                        ("last_day", models.DateField(verbose_name="至")),
                        ("withdrawn_at", models.DateTimeField(null=True, verbose_name="撤销时间")),
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
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="absences",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "不在岗",
                    },
                ),
                migrations.CreateModel(
                    name="AskedField",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("field", models.CharField(max_length=30, verbose_name="字段")),
                        ("is_asked", models.BooleanField(verbose_name="上门问")),
                        ("set_at", models.DateTimeField()),
                        (
                            "set_by",
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
                        "verbose_name": "上门问的字段",
                    },
                ),
                migrations.CreateModel(
                    name="CollectionCode",
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
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="territory.place",
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
                            "entity",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="codes",
                                to="coverage.entity",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "采集码",
                    },
                ),
                migrations.CreateModel(
                    name="CodePrint",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("chosen", models.CharField(max_length=200, verbose_name="怎么选的")),
                        ("rows", models.PositiveIntegerField(verbose_name="张数")),
                        ("made_at", models.DateTimeField(verbose_name="打印时间")),
                        (
                            "made_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="打印人",
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
                            "codes",
                            models.ManyToManyField(
                                related_name="prints", to="coverage.collectioncode", verbose_name="采集码"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "采集码打印",
                    },
                ),
                migrations.CreateModel(
                    name="CollectionForm",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("number", models.PositiveSmallIntegerField(verbose_name="版次")),
                        ("title", models.CharField(max_length=40, verbose_name="标题")),
                        ("organ", models.CharField(max_length=60, verbose_name="谁在用")),
                        ("purpose", models.CharField(max_length=200, verbose_name="做什么用")),
                        ("rights", models.CharField(max_length=200, verbose_name="您可以")),
                        ("contact", models.CharField(max_length=80, verbose_name="有疑问找谁")),
                        ("notice", models.TextField(verbose_name="完整告知书")),
                        ("consent", models.CharField(max_length=200, verbose_name="同意书里的话")),
                        ("separate_consent", models.CharField(max_length=200, verbose_name="单独同意书里的话")),
                        ("asks_post", models.BooleanField(default=True, verbose_name="问岗位")),
                        ("asks_standing", models.BooleanField(default=True, verbose_name="问是不是党员")),
                        (
                            "retention_days",
                            models.PositiveSmallIntegerField(default=180, verbose_name="离开本街道后保存几天"),
                        ),
                        ("waiting_days", models.PositiveSmallIntegerField(default=30, verbose_name="没采用的保存几天")),
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
                        "verbose_name": "采集告知书",
                    },
                ),
                migrations.CreateModel(
                    name="Department",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("code", models.CharField(max_length=20, verbose_name="代码")),
                        ("name", models.CharField(max_length=40, verbose_name="名称")),
                        ("contact", models.CharField(blank=True, max_length=60, verbose_name="联系人")),
                        ("contact_way", models.CharField(blank=True, max_length=80, verbose_name="办公电话或邮箱")),
                        ("cadence_days", models.PositiveSmallIntegerField(default=14, verbose_name="多少天一次")),
                        ("scope_kinds", models.JSONField(blank=True, default=list, verbose_name="名册覆盖的主体类型")),
                        ("sort", models.PositiveSmallIntegerField(default=50, verbose_name="排列次序（小的在前）")),
                        (
                            "gone_limit_percent",
                            models.PositiveSmallIntegerField(default=10, verbose_name="疑似消失超过百分之几要人确认"),
                        ),
                        ("retired_at", models.DateTimeField(blank=True, null=True, verbose_name="停用时间")),
                        ("retired_reason", models.CharField(blank=True, max_length=120, verbose_name="停用原因")),
                        (
                            "areas",
                            models.ManyToManyField(
                                blank=True, related_name="+", to="territory.area", verbose_name="名册覆盖的区域"
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
                        "verbose_name": "行业部门",
                    },
                ),
                migrations.CreateModel(
                    name="Batch",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("number", models.PositiveIntegerField(verbose_name="批次")),
                        ("as_of", models.DateField(verbose_name="数据截至")),
                        (
                            "subject",
                            models.CharField(
                                choices=[("entities", "市场主体"), ("people", "人员名单")],
                                default="entities",
                                max_length=8,
                                verbose_name="是谁的表",
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("received", "已上传"),
                                    ("reading", "识别和比对中"),
                                    ("refused", "读不了"),
                                    ("mapping", "待认表头"),
                                    ("ready", "待确认"),
                                    ("applying", "应用中"),
                                    ("applied", "已应用"),
                                    ("undone", "已撤销"),
                                    ("discarded", "已作废"),
                                ],
                                default="received",
                                max_length=10,
                                verbose_name="状态",
                            ),
                        ),
                        ("error", models.TextField(blank=True, verbose_name="说明")),
                        ("layout", models.JSONField(default=dict, verbose_name="识别结果")),
                        ("counts", models.JSONField(default=dict, verbose_name="账")),
                        ("is_full", models.BooleanField(default=True, verbose_name="全量名册")),
                        ("revision", models.PositiveSmallIntegerField(default=0, verbose_name="第几次比对")),
                        ("created_at", models.DateTimeField()),
                        ("applied_at", models.DateTimeField(null=True)),
                        ("undone_at", models.DateTimeField(null=True)),
                        (
                            "applied_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "created_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "gone_allowed_by",
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
                            "undone_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "department",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="batches",
                                to="coverage.department",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "批次",
                    },
                ),
                migrations.CreateModel(
                    name="Difference",
                    fields=[
                        ("id", models.BigAutoField(primary_key=True, serialize=False)),
                        ("key", models.CharField(blank=True, max_length=64, verbose_name="内容键")),
                        ("line", models.PositiveIntegerField(null=True, verbose_name="行")),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("new", "新增"),
                                    ("changed", "变更"),
                                    ("repaired", "代码修正"),
                                    ("gone", "疑似消失"),
                                    ("doubt", "待确认"),
                                    ("refused", "拒收"),
                                    ("duplicate", "重复行"),
                                    ("confirmed", "已一致"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("entity_id", models.UUIDField(null=True, verbose_name="主体")),
                        ("field", models.CharField(blank=True, max_length=30, verbose_name="字段")),
                        ("old", models.TextField(blank=True, verbose_name="名册")),
                        ("new", models.TextField(blank=True, verbose_name="表格")),
                        ("old_provenance", models.JSONField(null=True)),
                        ("row", models.JSONField(null=True, verbose_name="整行")),
                        ("reason", models.CharField(blank=True, max_length=200, verbose_name="原因")),
                        ("candidates", models.JSONField(default=list, verbose_name="候选")),
                        (
                            "decision",
                            models.CharField(
                                choices=[
                                    ("open", "待定"),
                                    ("accept", "采用新值"),
                                    ("refuse", "不采用"),
                                    ("ask", "交支部核实"),
                                ],
                                default="open",
                                max_length=8,
                            ),
                        ),
                        (
                            "settled",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("same", "是这一家"),
                                    ("new", "新主体"),
                                    ("not_ours", "不是本街道的"),
                                    ("ask", "交支部核实"),
                                ],
                                max_length=8,
                                verbose_name="认定",
                            ),
                        ),
                        ("decided_at", models.DateTimeField(null=True)),
                        ("applied", models.BooleanField(default=False)),
                        ("skipped_reason", models.CharField(blank=True, max_length=120)),
                        (
                            "batch",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="differences",
                                to="coverage.batch",
                            ),
                        ),
                        (
                            "decided_by",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "street",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="territory.street",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "差异",
                    },
                ),
                migrations.CreateModel(
                    name="EntitySearch",
                    fields=[
                        (
                            "entity",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                related_name="search",
                                serialize=False,
                                to="coverage.entity",
                            ),
                        ),
                        ("text", models.TextField()),
                    ],
                ),
                migrations.CreateModel(
                    name="Distinct",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("decided_at", models.DateTimeField()),
                        (
                            "decided_by",
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
                            "first",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="coverage.entity"
                            ),
                        ),
                        (
                            "second",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="coverage.entity"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "不是同一家",
                    },
                ),
                migrations.CreateModel(
                    name="EntityEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.UUIDField(default=shimen.models.new_id, editable=False, serialize=False)),
                        ("code", models.CharField(blank=True, max_length=18, verbose_name="统一社会信用代码")),
                        (
                            "organisation_code",
                            models.CharField(blank=True, max_length=9, verbose_name="组织机构代码（9 位）"),
                        ),
                        ("old_number", models.CharField(blank=True, max_length=20, verbose_name="旧注册号")),
                        ("name", models.CharField(max_length=160, verbose_name="名称")),
                        ("trade_sign", models.CharField(blank=True, max_length=80, verbose_name="招牌")),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("enterprise", "企业"),
                                    ("sole_trader", "个体工商户"),
                                    ("social", "社会组织"),
                                    ("other", "其他"),
                                ],
                                max_length=12,
                                verbose_name="类型",
                            ),
                        ),
                        (
                            "legal_person",
                            models.CharField(blank=True, max_length=80, verbose_name="法定代表人（经营者）"),
                        ),
                        (
                            "registration_status",
                            models.CharField(
                                choices=[
                                    ("1", "存续"),
                                    ("2", "吊销未注销"),
                                    ("3", "吊销已注销"),
                                    ("4", "注销"),
                                    ("5", "撤销"),
                                    ("6", "迁出"),
                                    ("9", "其他"),
                                ],
                                default="1",
                                max_length=1,
                                verbose_name="登记状态",
                            ),
                        ),
                        ("is_suspended", models.BooleanField(default=False, verbose_name="歇业")),
                        ("is_irregular", models.BooleanField(default=False, verbose_name="列入经营异常")),
                        (
                            "industry",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("A", "农、林、牧、渔业"),
                                    ("B", "采矿业"),
                                    ("C", "制造业"),
                                    ("D", "电力、热力、燃气及水生产和供应业"),
                                    ("E", "建筑业"),
                                    ("F", "批发和零售业"),
                                    ("G", "交通运输、仓储和邮政业"),
                                    ("H", "住宿和餐饮业"),
                                    ("I", "信息传输、软件和信息技术服务业"),
                                    ("J", "金融业"),
                                    ("K", "房地产业"),
                                    ("L", "租赁和商务服务业"),
                                    ("M", "科学研究和技术服务业"),
                                    ("N", "水利、环境和公共设施管理业"),
                                    ("O", "居民服务、修理和其他服务业"),
                                    ("P", "教育"),
                                    ("Q", "卫生和社会工作"),
                                    ("R", "文化、体育和娱乐业"),
                                    ("S", "公共管理、社会保障和社会组织"),
                                    ("T", "国际组织"),
                                ],
                                max_length=1,
                                verbose_name="行业门类",
                            ),
                        ),
                        ("industry_code", models.CharField(blank=True, max_length=6, verbose_name="行业代码")),
                        ("scope", models.TextField(blank=True, verbose_name="经营范围")),
                        ("address", models.CharField(blank=True, max_length=200, verbose_name="住所（经营场所）")),
                        ("established_on", models.DateField(blank=True, null=True, verbose_name="成立日期")),
                        (
                            "capital",
                            models.DecimalField(
                                blank=True, decimal_places=4, max_digits=16, null=True, verbose_name="注册资本（万元）"
                            ),
                        ),
                        ("headcount", models.PositiveIntegerField(blank=True, null=True, verbose_name="从业人数")),
                        ("opening_hours", models.CharField(blank=True, max_length=60, verbose_name="营业时间")),
                        ("phone_sealed", models.BinaryField(null=True, verbose_name="联系电话（加密）")),
                        ("phone_mask", models.CharField(blank=True, max_length=20, verbose_name="联系电话")),
                        (
                            "presence",
                            models.CharField(
                                choices=[
                                    ("unknown", "未访到"),
                                    ("open", "在营"),
                                    ("closed", "关闭"),
                                    ("moved", "搬走"),
                                ],
                                default="unknown",
                                max_length=8,
                                verbose_name="实地情况",
                            ),
                        ),
                        ("presence_on", models.DateField(blank=True, null=True, verbose_name="实地情况截至")),
                        (
                            "missing_since",
                            models.DateField(blank=True, null=True, verbose_name="部门名册中不再出现，自"),
                        ),
                        ("provenance", models.JSONField(default=dict, verbose_name="来源")),
                        ("registered_on", models.DateField(verbose_name="进入名册日期")),
                        ("removed_at", models.DateTimeField(blank=True, null=True, verbose_name="移出名册时间")),
                        ("removed_reason", models.CharField(blank=True, max_length=200, verbose_name="移出原因")),
                        (
                            "area",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="territory.area",
                                verbose_name="网格",
                            ),
                        ),
                        (
                            "pgh_context",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="pghistory.context",
                            ),
                        ),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="coverage.entity",
                            ),
                        ),
                        (
                            "place",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="territory.place",
                                verbose_name="地点",
                            ),
                        ),
                        (
                            "street",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="territory.street",
                                verbose_name="街道",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="EntitySource",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("field", models.CharField(max_length=30)),
                        ("source", models.CharField(max_length=12)),
                        ("by", models.CharField(max_length=40)),
                        ("value", models.TextField(blank=True)),
                        ("on", models.DateField()),
                        ("ref", models.CharField(blank=True, max_length=40)),
                        (
                            "entity",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="sources",
                                to="coverage.entity",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="FactRule",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("field", models.CharField(max_length=30, verbose_name="字段")),
                        ("order", models.JSONField(default=list, verbose_name="来源次序")),
                        ("fresh_days", models.PositiveSmallIntegerField(verbose_name="多少天内算新")),
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
                        "verbose_name": "来源次序",
                    },
                ),
                migrations.CreateModel(
                    name="FeedFile",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("sha256", models.CharField(max_length=64)),
                        ("name", models.CharField(max_length=200, verbose_name="文件名")),
                        ("size", models.PositiveIntegerField(verbose_name="字节")),
                        ("content", models.BinaryField(verbose_name="内容")),
                        ("sealed", models.BinaryField(null=True, verbose_name="内容（加密）")),
                        ("uploaded_at", models.DateTimeField(verbose_name="上传时间")),
                        ("expired_at", models.DateTimeField(null=True, verbose_name="到期删除")),
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
                            "uploaded_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.AddField(
                    model_name="batch",
                    name="file",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="batches", to="coverage.feedfile"
                    ),
                ),
                migrations.CreateModel(
                    name="FeedPart",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.PositiveIntegerField()),
                        ("content", models.BinaryField()),
                        (
                            "file",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="parts",
                                to="coverage.feedfile",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Layout",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "subject",
                            models.CharField(
                                choices=[("entities", "市场主体"), ("people", "人员名单")],
                                default="entities",
                                max_length=8,
                                verbose_name="是谁的表",
                            ),
                        ),
                        ("fingerprint", models.CharField(max_length=32, verbose_name="表头指纹")),
                        ("columns", models.JSONField(default=list, verbose_name="各列")),
                        ("is_skipped", models.BooleanField(default=False, verbose_name="不是名册，不读")),
                        ("decided_at", models.DateTimeField(null=True, verbose_name="认定时间")),
                        ("first_seen_at", models.DateTimeField(verbose_name="首次收到")),
                        ("last_seen_at", models.DateTimeField(verbose_name="最近收到")),
                        (
                            "decided_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "department",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="layouts",
                                to="coverage.department",
                                verbose_name="部门",
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
                        "verbose_name": "表头",
                    },
                ),
                migrations.CreateModel(
                    name="MatchWeights",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("version", models.PositiveSmallIntegerField(verbose_name="版次")),
                        ("weights", models.JSONField(verbose_name="权重")),
                        ("rows", models.PositiveIntegerField(verbose_name="依据多少行")),
                        ("before", models.JSONField(verbose_name="校准前")),
                        ("after", models.JSONField(verbose_name="校准后")),
                        ("made_at", models.DateTimeField(verbose_name="校准时间")),
                        (
                            "made_by",
                            models.ForeignKey(
                                db_index=False,
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
                        "verbose_name": "比对权重",
                    },
                ),
                migrations.CreateModel(
                    name="Merge",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("reason", models.CharField(max_length=200, verbose_name="依据")),
                        ("taken", models.JSONField(default=list, verbose_name="取了并入一方的")),
                        ("event", models.BigIntegerField(default=0)),
                        ("moved", models.JSONField(default=dict, verbose_name="挪动")),
                        ("merged_at", models.DateTimeField(verbose_name="合并时间")),
                        ("unmerged_at", models.DateTimeField(null=True, verbose_name="拆开时间")),
                        ("left", models.JSONField(default=list, verbose_name="没能还原的")),
                        (
                            "absorbed",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="merged_away",
                                to="coverage.entity",
                            ),
                        ),
                        (
                            "kept",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="merges",
                                to="coverage.entity",
                            ),
                        ),
                        (
                            "merged_by",
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
                            "unmerged_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "合并",
                    },
                ),
                migrations.CreateModel(
                    name="OtherCode",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("code", models.CharField(max_length=18, verbose_name="统一社会信用代码")),
                        (
                            "entity",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="other_codes",
                                to="coverage.entity",
                            ),
                        ),
                        (
                            "merge",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="codes", to="coverage.merge"
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
                        "verbose_name": "曾用代码",
                    },
                ),
                migrations.CreateModel(
                    name="PersonDifference",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("key", models.CharField(blank=True, max_length=64, verbose_name="内容键")),
                        ("line", models.PositiveIntegerField(null=True, verbose_name="行")),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("new", "新增"),
                                    ("changed", "变更"),
                                    ("left", "表里不再有"),
                                    ("back", "又出现"),
                                    ("doubt", "待确认"),
                                    ("refused", "拒收"),
                                    ("duplicate", "重复行"),
                                ],
                                max_length=10,
                                verbose_name="种类",
                            ),
                        ),
                        ("person_id", models.UUIDField(null=True, verbose_name="人员")),
                        ("name_mask", models.CharField(blank=True, max_length=60, verbose_name="姓名")),
                        ("phone_mask", models.CharField(blank=True, max_length=20, verbose_name="电话")),
                        ("fields", models.JSONField(default=list, verbose_name="变了什么")),
                        ("sealed", models.BinaryField(null=True, verbose_name="姓名、电话、岗位（加密）")),
                        ("reason", models.CharField(blank=True, max_length=200, verbose_name="原因")),
                        ("candidates", models.JSONField(default=list, verbose_name="候选")),
                        (
                            "decision",
                            models.CharField(
                                choices=[("open", "待定"), ("accept", "采用"), ("refuse", "不采用")],
                                default="open",
                                max_length=8,
                                verbose_name="处理",
                            ),
                        ),
                        ("decided_at", models.DateTimeField(null=True)),
                        ("applied", models.BooleanField(default=False)),
                        ("sign", models.CharField(blank=True, max_length=32)),
                        ("skipped_reason", models.CharField(blank=True, max_length=120, verbose_name="没有还原的原因")),
                        (
                            "batch",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="people",
                                to="coverage.batch",
                            ),
                        ),
                        (
                            "decided_by",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "entity",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="coverage.entity",
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
                        "verbose_name": "人员差异",
                    },
                ),
                migrations.CreateModel(
                    name="Reply",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("form", models.CharField(max_length=4, verbose_name="格式")),
                        ("purpose", models.CharField(max_length=200, verbose_name="用途")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("making", "正在做"),
                                    ("ready", "待发出"),
                                    ("sent", "已回复"),
                                    ("failed", "没做成"),
                                ],
                                default="making",
                                max_length=8,
                                verbose_name="状态",
                            ),
                        ),
                        ("error", models.CharField(blank=True, max_length=200, verbose_name="说明")),
                        ("rows", models.PositiveIntegerField(default=0, verbose_name="行数")),
                        ("mark", models.CharField(max_length=8, verbose_name="编号")),
                        ("sha256", models.CharField(blank=True, max_length=64)),
                        ("content", models.BinaryField(null=True, verbose_name="内容")),
                        ("sealed", models.BinaryField(null=True, verbose_name="内容（人员名单的，加密）")),
                        ("made_at", models.DateTimeField(verbose_name="制表时间")),
                        ("sent_at", models.DateTimeField(null=True, verbose_name="回复时间")),
                        (
                            "batch",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="replies", to="coverage.batch"
                            ),
                        ),
                        (
                            "made_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "sent_by",
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
                        "verbose_name": "回复表",
                    },
                ),
                migrations.CreateModel(
                    name="Discrepancy",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("key", models.CharField(max_length=64, verbose_name="内容键")),
                        ("source", models.CharField(default="department", max_length=12, verbose_name="来源")),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("new", "新增"),
                                    ("changed", "变更"),
                                    ("gone", "疑似消失"),
                                    ("contradicts", "说法不一"),
                                    ("doubt", "待认定"),
                                    ("confirmed", "已一致"),
                                ],
                                max_length=12,
                                verbose_name="种类",
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("open", "待处理"),
                                    ("ask", "下次走访问"),
                                    ("accepted", "已采用"),
                                    ("refused", "不采用"),
                                    ("answered", "已核实"),
                                    ("told", "已回复部门"),
                                    ("closed", "已了结"),
                                ],
                                default="open",
                                max_length=10,
                                verbose_name="进展",
                            ),
                        ),
                        ("name", models.CharField(blank=True, max_length=160, verbose_name="名称")),
                        ("code", models.CharField(blank=True, max_length=40, verbose_name="代码")),
                        ("field", models.CharField(blank=True, max_length=30, verbose_name="字段")),
                        ("value", models.TextField(blank=True, verbose_name="来源所写")),
                        ("held", models.TextField(blank=True, verbose_name="名册所记")),
                        ("reason", models.CharField(blank=True, max_length=200, verbose_name="说明")),
                        ("settled", models.CharField(blank=True, max_length=8, verbose_name="认定")),
                        ("opened_on", models.DateField(verbose_name="提出")),
                        ("changed_at", models.DateTimeField(verbose_name="最近一步")),
                        ("line", models.PositiveIntegerField(null=True, verbose_name="行")),
                        ("times", models.PositiveSmallIntegerField(default=1, verbose_name="报来几次")),
                        (
                            "verdict",
                            models.CharField(
                                blank=True,
                                choices=[("theirs", "部门说得对"), ("ours", "名册说得对"), ("other", "两边都不对")],
                                max_length=8,
                                verbose_name="结论",
                            ),
                        ),
                        ("answer", models.TextField(blank=True, verbose_name="核实的值")),
                        ("basis", models.CharField(blank=True, max_length=200, verbose_name="依据")),
                        ("answered_on", models.DateField(null=True, verbose_name="核实日期")),
                        ("before", models.JSONField(default=dict, verbose_name="核实前名册所记")),
                        ("told_from", models.CharField(blank=True, max_length=10)),
                        ("told_on", models.DateField(null=True, verbose_name="告知部门")),
                        ("escalated_at", models.DateTimeField(null=True, verbose_name="提醒过")),
                        (
                            "answered_by",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "decided_by",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "department",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="discrepancies",
                                to="coverage.department",
                                verbose_name="部门",
                            ),
                        ),
                        (
                            "first_batch",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="coverage.batch",
                            ),
                        ),
                        (
                            "last_batch",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="discrepancies",
                                to="coverage.batch",
                            ),
                        ),
                        (
                            "street",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="territory.street",
                                verbose_name="街道",
                            ),
                        ),
                        (
                            "entity",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="discrepancies",
                                to="coverage.entity",
                                verbose_name="主体",
                            ),
                        ),
                        (
                            "reply",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="discrepancies",
                                to="coverage.reply",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "差异",
                    },
                ),
                migrations.CreateModel(
                    name="Round",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("number", models.PositiveIntegerField(verbose_name="轮次")),
                        ("period_start", models.DateField(verbose_name="自（周一）")),
                        ("period_end", models.DateField(verbose_name="至（周日）")),
                        (
                            "state",
                            models.CharField(
                                choices=[("open", "进行中"), ("closed", "已结束")],
                                default="open",
                                max_length=8,
                                verbose_name="状态",
                            ),
                        ),
                        (
                            "plan_state",
                            models.CharField(
                                choices=[
                                    ("none", "未排"),
                                    ("running", "排路线中"),
                                    ("done", "已排"),
                                    ("failed", "没排成"),
                                ],
                                default="none",
                                max_length=8,
                                verbose_name="路线",
                            ),
                        ),
                        ("planned_at", models.DateTimeField(null=True, verbose_name="排定时间")),
                        ("plan_figures", models.JSONField(default=dict, verbose_name="路线的数")),
                        ("opened_at", models.DateTimeField(verbose_name="开轮时间")),
                        ("closed_at", models.DateTimeField(null=True, verbose_name="结束时间")),
                        ("balance", models.JSONField(default=dict, verbose_name="结账")),
                        (
                            "closed_by",
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
                        "verbose_name": "走访轮次",
                    },
                ),
                migrations.CreateModel(
                    name="Rearrangement",
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
                                    ("absence", "有人不在岗"),
                                    ("open", "重排未访"),
                                    ("hand", "改派"),
                                    ("arranged", "照建议安排"),
                                ],
                                max_length=8,
                                verbose_name="种类",
                            ),
                        ),
                        ("sentence", models.CharField(max_length=200, verbose_name="说明")),
                        ("moved", models.JSONField(default=dict, verbose_name="挪动")),
                        ("made_at", models.DateTimeField(verbose_name="时间")),
                        ("undone_at", models.DateTimeField(null=True, verbose_name="撤销时间")),
                        (
                            "absence",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="coverage.absence",
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
                            "round",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="rearrangements",
                                to="coverage.round",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "路线调整",
                    },
                ),
                migrations.CreateModel(
                    name="Stop",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("planned_on", models.DateField(null=True, verbose_name="排在")),
                        ("sequence", models.PositiveSmallIntegerField(null=True, verbose_name="次序")),
                        (
                            "outcome",
                            models.CharField(
                                choices=[
                                    ("due", "未访"),
                                    ("visited", "已访"),
                                    ("no_answer", "无人应答"),
                                    ("exempt", "免访"),
                                    ("closed", "关闭"),
                                    ("moved", "迁出"),
                                ],
                                default="due",
                                max_length=10,
                                verbose_name="结果",
                            ),
                        ),
                        ("outcome_at", models.DateTimeField(null=True, verbose_name="结果时间")),
                        ("outcome_reason", models.CharField(blank=True, max_length=200, verbose_name="原因")),
                        ("is_first", models.BooleanField(default=False, verbose_name="首访")),
                        ("carried_rounds", models.PositiveSmallIntegerField(default=0, verbose_name="已顺延轮数")),
                        ("due_on", models.DateField(null=True, verbose_name="最晚")),
                        ("appointed_at", models.DateTimeField(null=True, verbose_name="约好的时间")),
                        ("hint", models.CharField(blank=True, max_length=60, verbose_name="上门提示")),
                        ("arranged_at", models.DateTimeField(null=True, verbose_name="已安排")),
                        ("asked_exempt", models.CharField(blank=True, max_length=200, verbose_name="免访申请")),
                        ("exemption", models.JSONField(null=True, verbose_name="被走访替代的免访")),
                        (
                            "area",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="territory.area",
                            ),
                        ),
                        (
                            "asked_exempt_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "entity",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="stops", to="coverage.entity"
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="平常走访的人",
                            ),
                        ),
                        (
                            "round",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="stops",
                                to="coverage.round",
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
                            "visitor",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="stops",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="本轮走访的人",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "应访",
                    },
                ),
                migrations.CreateModel(
                    name="Submission",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("shop", models.CharField(blank=True, max_length=80, verbose_name="写的店名")),
                        ("name_sealed", models.BinaryField(null=True, verbose_name="姓名（加密）")),
                        ("name_mask", models.CharField(blank=True, max_length=12, verbose_name="姓名")),
                        ("phone_sealed", models.BinaryField(null=True, verbose_name="手机号（加密）")),
                        ("phone_index", models.BinaryField(max_length=16, null=True, verbose_name="手机号索引")),
                        ("phone_mask", models.CharField(blank=True, max_length=20, verbose_name="手机号")),
                        (
                            "post",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("owner", "经营者"),
                                    ("clerk", "店员"),
                                    ("rider", "骑手、快递员"),
                                    ("driver", "网约车司机"),
                                    ("streamer", "网络主播"),
                                    ("other", "其他"),
                                ],
                                max_length=12,
                                verbose_name="在店里做什么",
                            ),
                        ),
                        ("standing_sealed", models.BinaryField(null=True, verbose_name="是不是党员（加密）")),
                        ("receipt_index", models.BinaryField(max_length=16, unique=True, verbose_name="查询码索引")),
                        ("digest", models.CharField(blank=True, max_length=64)),
                        ("received_at", models.DateTimeField(verbose_name="收到时间")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("waiting", "待核对"),
                                    ("accepted", "已采用"),
                                    ("refused", "没有采用"),
                                    ("withdrawn", "已撤回，正在删除"),
                                    ("deleted", "已删除"),
                                ],
                                default="waiting",
                                max_length=10,
                                verbose_name="状态",
                            ),
                        ),
                        (
                            "reason",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("not_here", "查无此人"),
                                    ("twice", "重复填写"),
                                    ("unreadable", "内容看不懂"),
                                    ("outside", "不在本街道"),
                                    ("other", "其他"),
                                ],
                                max_length=10,
                                verbose_name="没采用的原因",
                            ),
                        ),
                        ("decided_at", models.DateTimeField(null=True, verbose_name="核对时间")),
                        ("is_new_worker", models.BooleanField(default=False, verbose_name="采用为新")),
                        (
                            "passed",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=30),
                                default=list,
                                size=None,
                                verbose_name="记入名册的项",
                            ),
                        ),
                        ("before_sealed", models.BinaryField(null=True, verbose_name="记入之前的值（加密）")),
                        ("emptied_at", models.DateTimeField(null=True, verbose_name="清空时间")),
                        (
                            "code",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="submissions",
                                to="coverage.collectioncode",
                            ),
                        ),
                        (
                            "decided_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "entity",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="submissions",
                                to="coverage.entity",
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
                            "form",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="submissions",
                                to="coverage.collectionform",
                            ),
                        ),
                        (
                            "place",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="territory.place",
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
                        "verbose_name": "采集信息",
                    },
                ),
                migrations.CreateModel(
                    name="Consent",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("basic", "使用填写的信息"),
                                    ("sensitive", "单独同意使用“是不是党员”"),
                                    ("notices", "收到活动通知"),
                                ],
                                max_length=10,
                                verbose_name="同意什么",
                            ),
                        ),
                        ("given_at", models.DateTimeField(verbose_name="同意时间")),
                        ("withdrawn_at", models.DateTimeField(null=True, verbose_name="撤回时间")),
                        (
                            "submission",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="consents",
                                to="coverage.submission",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "同意",
                    },
                ),
                migrations.CreateModel(
                    name="Team",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("name", models.CharField(max_length=40, verbose_name="名称")),
                        ("sort", models.PositiveSmallIntegerField(default=0, verbose_name="次序")),
                        ("is_active", models.BooleanField(default=True, verbose_name="在用")),
                        (
                            "area",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="territory.area",
                            ),
                        ),
                        (
                            "start",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="territory.place",
                                verbose_name="出发点",
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
                        "verbose_name": "走访组",
                    },
                ),
                migrations.CreateModel(
                    name="TeamMember",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("since", models.DateField(verbose_name="自")),
                        ("until", models.DateField(blank=True, null=True, verbose_name="至")),
                        (
                            "team",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="members", to="coverage.team"
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="team_memberships",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "走访组成员",
                    },
                ),
                migrations.CreateModel(
                    name="Visit",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "outcome",
                            models.CharField(
                                choices=[
                                    ("same", "一切如旧"),
                                    ("changed", "有变化"),
                                    ("no_answer", "没人应"),
                                    ("closed", "关了"),
                                    ("moved", "搬走"),
                                ],
                                max_length=10,
                                verbose_name="结果",
                            ),
                        ),
                        ("reason", models.CharField(blank=True, max_length=200, verbose_name="原因")),
                        ("note", models.TextField(blank=True, verbose_name="记事")),
                        ("visited_at", models.DateTimeField(verbose_name="走访时间（手机）")),
                        ("received_at", models.DateTimeField(verbose_name="送达时间")),
                        (
                            "receipt",
                            models.BigIntegerField(
                                db_default=models.Func(models.Value("coverage_visit_receipt"), function="nextval"),
                                editable=False,
                                verbose_name="回执号",
                            ),
                        ),
                        ("digest", models.CharField(max_length=64)),
                        ("is_late", models.BooleanField(default=False, verbose_name="轮次结束后送达")),
                        ("withdrawn_at", models.DateTimeField(null=True, verbose_name="撤回时间")),
                        (
                            "conflict_of",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="conflicts",
                                to="coverage.visit",
                            ),
                        ),
                        (
                            "entity",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="visits", to="coverage.entity"
                            ),
                        ),
                        (
                            "round",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="visits",
                                to="coverage.round",
                            ),
                        ),
                        (
                            "stop",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="visits",
                                to="coverage.stop",
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
                            "visitor",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="visits",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "走访",
                    },
                ),
                migrations.CreateModel(
                    name="Question",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("field", models.CharField(blank=True, max_length=30, verbose_name="字段")),
                        ("sentence", models.CharField(max_length=200, verbose_name="问什么")),
                        ("proposed", models.TextField(blank=True, verbose_name="表格所写")),
                        ("asked_at", models.DateTimeField()),
                        ("withdrawn_at", models.DateTimeField(null=True)),
                        (
                            "asked_by",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "difference",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="questions",
                                to="coverage.difference",
                            ),
                        ),
                        (
                            "discrepancy",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="questions",
                                to="coverage.discrepancy",
                            ),
                        ),
                        (
                            "entity",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="questions",
                                to="coverage.entity",
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
                            "answered_in",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="coverage.visit",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "待核实",
                    },
                ),
                migrations.CreateModel(
                    name="DiscrepancyStep",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "verb",
                            models.CharField(
                                choices=[
                                    ("sent", "部门报来"),
                                    ("again", "又一次报来"),
                                    ("accept", "采用"),
                                    ("refuse", "不采用"),
                                    ("ask", "交下次走访问"),
                                    ("answer", "核实"),
                                    ("reopen", "退回待处理"),
                                    ("confirm", "部门改过来了"),
                                    ("supersede", "部门又有别的说法"),
                                    ("tell", "回复部门"),
                                    ("untell", "撤销回复"),
                                    ("escalate", "超期提醒"),
                                    ("close", "了结"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        ("words", models.CharField(blank=True, max_length=200, verbose_name="说明")),
                        (
                            "actor",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "batch",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="coverage.batch",
                            ),
                        ),
                        (
                            "discrepancy",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="steps",
                                to="coverage.discrepancy",
                            ),
                        ),
                        (
                            "visit",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="coverage.visit",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "差异的一步",
                    },
                ),
                migrations.AddField(
                    model_name="discrepancy",
                    name="visit",
                    field=models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="coverage.visit",
                    ),
                ),
                migrations.CreateModel(
                    name="Demand",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "category",
                            models.CharField(
                                choices=[
                                    ("parking", "停车"),
                                    ("surroundings", "环境"),
                                    ("licence", "证照"),
                                    ("staffing", "用工"),
                                    ("other", "其他"),
                                ],
                                default="other",
                                max_length=14,
                                verbose_name="类别",
                            ),
                        ),
                        ("words", models.TextField(verbose_name="原话")),
                        ("solved_on_spot", models.BooleanField(default=False, verbose_name="当场解决")),
                        ("how_solved", models.CharField(blank=True, max_length=200, verbose_name="怎么解决的")),
                        ("raised_at", models.DateTimeField(verbose_name="提出时间")),
                        ("answer", models.TextField(blank=True, verbose_name="答复")),
                        ("answered_at", models.DateTimeField(null=True, verbose_name="答复时间")),
                        ("told_at", models.DateTimeField(null=True, verbose_name="已当面告知")),
                        ("withdrawn_at", models.DateTimeField(null=True, verbose_name="随走访撤回")),
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
                            "raised_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="记录人",
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
                            "entity",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="demands",
                                to="coverage.entity",
                            ),
                        ),
                        (
                            "told_in",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="answers_told",
                                to="coverage.visit",
                            ),
                        ),
                        (
                            "visit",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="demands", to="coverage.visit"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "诉求",
                    },
                ),
                migrations.CreateModel(
                    name="VisitAnswer",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("field", models.CharField(max_length=30, verbose_name="字段")),
                        ("is_right", models.BooleanField(verbose_name="对")),
                        ("old", models.TextField(blank=True, verbose_name="原值")),
                        ("new", models.TextField(blank=True, verbose_name="新值")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("applied", "已记入名册"),
                                    ("noted", "只记下"),
                                    ("held", "待核对"),
                                    ("refused", "没记入"),
                                    ("dropped", "核对后不采用"),
                                    ("undone", "已撤回"),
                                ],
                                default="applied",
                                max_length=8,
                                verbose_name="去向",
                            ),
                        ),
                        ("problem", models.CharField(blank=True, max_length=200, verbose_name="没记入的缘故")),
                        ("sealed", models.BinaryField(null=True, verbose_name="号码（加密）")),
                        ("before", models.JSONField(default=dict, verbose_name="原来的来源")),
                        ("against_value", models.TextField(blank=True, verbose_name="对方所记")),
                        ("settled_at", models.DateTimeField(null=True, verbose_name="核对时间")),
                        (
                            "against",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="contradicted",
                                to="coverage.visit",
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
                            "visit",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="answers", to="coverage.visit"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "核对",
                    },
                ),
                migrations.CreateModel(
                    name="Worker",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("name", models.CharField(max_length=60, verbose_name="姓名")),
                        ("post", models.CharField(blank=True, max_length=40, verbose_name="岗位")),
                        ("phone_sealed", models.BinaryField(null=True, verbose_name="电话（加密）")),
                        ("phone_index", models.BinaryField(max_length=16, null=True, verbose_name="电话索引")),
                        ("phone_mask", models.CharField(blank=True, max_length=20, verbose_name="电话")),
                        (
                            "standing",
                            models.CharField(
                                choices=[
                                    ("unknown", "未登记"),
                                    ("member", "中共党员"),
                                    ("probationary", "预备党员"),
                                    ("league", "共青团员"),
                                    ("other", "其他"),
                                    ("declined", "不愿提供"),
                                ],
                                default="unknown",
                                max_length=12,
                                verbose_name="政治面貌",
                            ),
                        ),
                        ("is_affiliated_elsewhere", models.BooleanField(default=False, verbose_name="组织关系在外")),
                        ("pinyin", models.CharField(blank=True, max_length=120, verbose_name="拼音")),
                        ("initials", models.CharField(blank=True, max_length=30, verbose_name="拼音首字母")),
                        ("provenance", models.JSONField(default=dict, verbose_name="来源")),
                        ("joined_on", models.DateField(verbose_name="登记日期")),
                        ("left_on", models.DateField(blank=True, null=True, verbose_name="离开日期")),
                        (
                            "entity",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="workers",
                                to="coverage.entity",
                                verbose_name="市场主体",
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
                        "verbose_name": "从业人员",
                    },
                ),
                migrations.AddField(
                    model_name="visit",
                    name="found",
                    field=models.ManyToManyField(
                        related_name="found_in", to="coverage.worker", verbose_name="新遇到的人"
                    ),
                ),
                migrations.AddField(
                    model_name="submission",
                    name="worker",
                    field=models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="submissions",
                        to="coverage.worker",
                    ),
                ),
                migrations.CreateModel(
                    name="WorkerEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.UUIDField(default=shimen.models.new_id, editable=False, serialize=False)),
                        ("name", models.CharField(max_length=60, verbose_name="姓名")),
                        ("post", models.CharField(blank=True, max_length=40, verbose_name="岗位")),
                        ("phone_sealed", models.BinaryField(null=True, verbose_name="电话（加密）")),
                        ("phone_mask", models.CharField(blank=True, max_length=20, verbose_name="电话")),
                        (
                            "standing",
                            models.CharField(
                                choices=[
                                    ("unknown", "未登记"),
                                    ("member", "中共党员"),
                                    ("probationary", "预备党员"),
                                    ("league", "共青团员"),
                                    ("other", "其他"),
                                    ("declined", "不愿提供"),
                                ],
                                default="unknown",
                                max_length=12,
                                verbose_name="政治面貌",
                            ),
                        ),
                        ("is_affiliated_elsewhere", models.BooleanField(default=False, verbose_name="组织关系在外")),
                        ("provenance", models.JSONField(default=dict, verbose_name="来源")),
                        ("joined_on", models.DateField(verbose_name="登记日期")),
                        ("left_on", models.DateField(blank=True, null=True, verbose_name="离开日期")),
                        (
                            "entity",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="coverage.entity",
                                verbose_name="市场主体",
                            ),
                        ),
                        (
                            "pgh_context",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="pghistory.context",
                            ),
                        ),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="coverage.worker",
                            ),
                        ),
                        (
                            "street",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="territory.street",
                                verbose_name="街道",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.AddConstraint(
                    model_name="absence",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("last_day__gte", models.F("first_day"))),
                        name="absence_ends_after_it_begins",
                        violation_error_message="截止日不能早于起始日。",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="askedfield",
                    constraint=models.UniqueConstraint(
                        models.F("street"), models.F("field"), name="asked_field_once_per_street"
                    ),
                ),
                migrations.AddIndex(
                    model_name="codeprint",
                    index=models.Index(fields=["street", "-made_at"], name="codeprint_by_time"),
                ),
                migrations.AddConstraint(
                    model_name="collectionform",
                    constraint=models.UniqueConstraint(
                        models.F("street"), models.F("number"), name="form_number_once_per_street"
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="collectionform",
                    trigger=pgtrigger.compiler.Trigger(
                        name="published_form_stands",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="e8e98687b2fc50cbf52ade3f9be04aa537b7098a",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_published_form_stands_55527",
                            table="coverage_collectionform",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="department",
                    constraint=models.UniqueConstraint(
                        models.F("street"),
                        models.F("code"),
                        name="department_code_once_per_street",
                        violation_error_message="已有部门用这个代码。",
                    ),
                ),
                migrations.AddIndex(
                    model_name="difference",
                    index=models.Index(fields=["batch", "kind", "line"], name="difference_by_kind"),
                ),
                migrations.AddIndex(
                    model_name="difference",
                    index=models.Index(
                        condition=models.Q(("entity_id__isnull", False)),
                        fields=["entity_id"],
                        name="difference_by_entity",
                    ),
                ),
                migrations.AddIndex(
                    model_name="difference",
                    index=models.Index(
                        condition=models.Q(("decided_by__isnull", False), models.Q(("key", ""), _negated=True)),
                        fields=["street", "key"],
                        name="difference_settled",
                    ),
                ),
                migrations.AddField(
                    model_name="entitysearch",
                    name="street",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="territory.street",
                    ),
                ),
                migrations.AddIndex(
                    model_name="entity",
                    index=models.Index(fields=["street", "pinyin", "id"], name="entity_by_pinyin"),
                ),
                migrations.AddIndex(
                    model_name="entity",
                    index=models.Index(fields=["street", "area"], name="entity_by_area"),
                ),
                migrations.AddIndex(
                    model_name="entity",
                    index=models.Index(fields=["street", "name_key"], name="entity_by_name_key"),
                ),
                migrations.AddIndex(
                    model_name="entity",
                    index=models.Index(fields=["street", "organisation_code"], name="entity_by_org_code"),
                ),
                migrations.AddIndex(
                    model_name="entity",
                    index=models.Index(fields=["street", "address_key"], name="entity_by_address_key"),
                ),
                migrations.AddIndex(
                    model_name="entity",
                    index=models.Index(
                        condition=models.Q(("place__isnull", False)), fields=["place"], name="entity_by_place"
                    ),
                ),
                migrations.AddIndex(
                    model_name="entity",
                    index=models.Index(
                        condition=models.Q(("phone_index__isnull", False)),
                        fields=["street", "phone_index"],
                        name="entity_by_phone",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="entity",
                    constraint=models.UniqueConstraint(
                        models.F("street"),
                        models.F("code"),
                        condition=models.Q(("removed_at__isnull", True), models.Q(("code", ""), _negated=True)),
                        name="entity_code_once_per_street",
                        violation_error_message="名册里已有这个统一社会信用代码。",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="entity",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "coverage_entityevent" ("address", "area_id", "capital", "code", "established_on", "headcount", "id", "industry", "industry_code", "is_irregular", "is_suspended", "kind", "legal_person", "missing_since", "name", "old_number", "opening_hours", "organisation_code", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone_mask", "phone_sealed", "place_id", "presence", "presence_on", "provenance", "registered_on", "registration_status", "removed_at", "removed_reason", "scope", "street_id", "trade_sign") SELECT new_values."address", new_values."area_id", new_values."capital", new_values."code", new_values."established_on", new_values."headcount", new_values."id", new_values."industry", new_values."industry_code", new_values."is_irregular", new_values."is_suspended", new_values."kind", new_values."legal_person", new_values."missing_since", new_values."name", new_values."old_number", new_values."opening_hours", new_values."organisation_code", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."phone_mask", new_values."phone_sealed", new_values."place_id", new_values."presence", new_values."presence_on", new_values."provenance", new_values."registered_on", new_values."registration_status", new_values."removed_at", new_values."removed_reason", new_values."scope", new_values."street_id", new_values."trade_sign" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="3ebb44d168afa437595f8acae3b1f9fd736b2914",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_3f2bb",
                            referencing="REFERENCING NEW TABLE AS new_values ",
                            table="coverage_entity",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="entity",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "coverage_entityevent" ("address", "area_id", "capital", "code", "established_on", "headcount", "id", "industry", "industry_code", "is_irregular", "is_suspended", "kind", "legal_person", "missing_since", "name", "old_number", "opening_hours", "organisation_code", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone_mask", "phone_sealed", "place_id", "presence", "presence_on", "provenance", "registered_on", "registration_status", "removed_at", "removed_reason", "scope", "street_id", "trade_sign") SELECT new_values."address", new_values."area_id", new_values."capital", new_values."code", new_values."established_on", new_values."headcount", new_values."id", new_values."industry", new_values."industry_code", new_values."is_irregular", new_values."is_suspended", new_values."kind", new_values."legal_person", new_values."missing_since", new_values."name", new_values."old_number", new_values."opening_hours", new_values."organisation_code", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."phone_mask", new_values."phone_sealed", new_values."place_id", new_values."presence", new_values."presence_on", new_values."provenance", new_values."registered_on", new_values."registration_status", new_values."removed_at", new_values."removed_reason", new_values."scope", new_values."street_id", new_values."trade_sign" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values."address" IS DISTINCT FROM (new_values."address") OR old_values."area_id" IS DISTINCT FROM (new_values."area_id") OR old_values."capital" IS DISTINCT FROM (new_values."capital") OR old_values."code" IS DISTINCT FROM (new_values."code") OR old_values."established_on" IS DISTINCT FROM (new_values."established_on") OR old_values."headcount" IS DISTINCT FROM (new_values."headcount") OR old_values."id" IS DISTINCT FROM (new_values."id") OR old_values."industry" IS DISTINCT FROM (new_values."industry") OR old_values."industry_code" IS DISTINCT FROM (new_values."industry_code") OR old_values."is_irregular" IS DISTINCT FROM (new_values."is_irregular") OR old_values."is_suspended" IS DISTINCT FROM (new_values."is_suspended") OR old_values."kind" IS DISTINCT FROM (new_values."kind") OR old_values."legal_person" IS DISTINCT FROM (new_values."legal_person") OR old_values."missing_since" IS DISTINCT FROM (new_values."missing_since") OR old_values."name" IS DISTINCT FROM (new_values."name") OR old_values."old_number" IS DISTINCT FROM (new_values."old_number") OR old_values."opening_hours" IS DISTINCT FROM (new_values."opening_hours") OR old_values."organisation_code" IS DISTINCT FROM (new_values."organisation_code") OR old_values."phone_mask" IS DISTINCT FROM (new_values."phone_mask") OR old_values."phone_sealed" IS DISTINCT FROM (new_values."phone_sealed") OR old_values."place_id" IS DISTINCT FROM (new_values."place_id") OR old_values."presence" IS DISTINCT FROM (new_values."presence") OR old_values."presence_on" IS DISTINCT FROM (new_values."presence_on") OR old_values."provenance" IS DISTINCT FROM (new_values."provenance") OR old_values."registered_on" IS DISTINCT FROM (new_values."registered_on") OR old_values."registration_status" IS DISTINCT FROM (new_values."registration_status") OR old_values."removed_at" IS DISTINCT FROM (new_values."removed_at") OR old_values."removed_reason" IS DISTINCT FROM (new_values."removed_reason") OR old_values."scope" IS DISTINCT FROM (new_values."scope") OR old_values."street_id" IS DISTINCT FROM (new_values."street_id") OR old_values."trade_sign" IS DISTINCT FROM (new_values."trade_sign")) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="c2aa9f2214d2eaefb2167ebe91532cdf842da4e5",
                            level="STATEMENT",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_6b002",
                            referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                            table="coverage_entity",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="entity",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "coverage_entityevent" ("address", "area_id", "capital", "code", "established_on", "headcount", "id", "industry", "industry_code", "is_irregular", "is_suspended", "kind", "legal_person", "missing_since", "name", "old_number", "opening_hours", "organisation_code", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone_mask", "phone_sealed", "place_id", "presence", "presence_on", "provenance", "registered_on", "registration_status", "removed_at", "removed_reason", "scope", "street_id", "trade_sign") SELECT old_values."address", old_values."area_id", old_values."capital", old_values."code", old_values."established_on", old_values."headcount", old_values."id", old_values."industry", old_values."industry_code", old_values."is_irregular", old_values."is_suspended", old_values."kind", old_values."legal_person", old_values."missing_since", old_values."name", old_values."old_number", old_values."opening_hours", old_values."organisation_code", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."phone_mask", old_values."phone_sealed", old_values."place_id", old_values."presence", old_values."presence_on", old_values."provenance", old_values."registered_on", old_values."registration_status", old_values."removed_at", old_values."removed_reason", old_values."scope", old_values."street_id", old_values."trade_sign" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                            hash="1739172ccdb9a5546f05ae3d7c567052ee105725",
                            level="STATEMENT",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_c7ac2",
                            referencing="REFERENCING OLD TABLE AS old_values ",
                            table="coverage_entity",
                            when="AFTER",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="distinct",
                    constraint=models.UniqueConstraint(
                        models.F("first"), models.F("second"), name="distinct_pair_once"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="distinct",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("first__lt", models.F("second"))), name="distinct_pair_in_order"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="collectioncode",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("entity__isnull", True), ("place__isnull", False)),
                            models.Q(("entity__isnull", False), ("place__isnull", True)),
                            _connector="OR",
                        ),
                        name="code_of_entity_or_place",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="collectioncode",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True), ("entity__isnull", False)),
                        fields=("entity",),
                        name="one_code_per_entity",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="collectioncode",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True), ("place__isnull", False)),
                        fields=("place",),
                        name="one_code_per_place",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="collectioncode",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("valid_until__gte", models.F("valid_from"))),
                        name="code_ends_after_it_begins",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="entityevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="fb376583be6f2b0c80fba251dd2f46bd3b6b1c8f",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_2d440",
                            table="coverage_entityevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.AddConstraint(
                    model_name="entitysource",
                    constraint=models.UniqueConstraint(
                        models.F("entity"),
                        models.F("field"),
                        models.F("source"),
                        models.F("by"),
                        name="one_word_per_source_and_field",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="factrule",
                    constraint=models.UniqueConstraint(
                        models.F("street"), models.F("field"), name="fact_rule_once_per_street"
                    ),
                ),
                migrations.AddIndex(
                    model_name="batch",
                    index=models.Index(fields=["street", "-created_at"], name="batch_by_time"),
                ),
                migrations.AddConstraint(
                    model_name="batch",
                    constraint=models.UniqueConstraint(
                        models.F("department"), models.F("number"), name="batch_number_once_per_department"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="feedpart",
                    constraint=models.UniqueConstraint(
                        models.F("file"), models.F("number"), name="feed_part_once_per_file"
                    ),
                ),
                migrations.AddIndex(
                    model_name="layout",
                    index=models.Index(fields=["street", "fingerprint"], name="layout_by_fingerprint"),
                ),
                migrations.AddConstraint(
                    model_name="layout",
                    constraint=models.UniqueConstraint(
                        models.F("department"),
                        models.F("subject"),
                        models.F("fingerprint"),
                        name="layout_once_per_subject",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="matchweights",
                    constraint=models.UniqueConstraint(
                        models.F("street"), models.F("version"), name="match_weights_version"
                    ),
                ),
                migrations.AddIndex(
                    model_name="merge",
                    index=models.Index(fields=["kept"], name="merge_by_kept"),
                ),
                migrations.AddConstraint(
                    model_name="merge",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("kept", models.F("absorbed")), _negated=True), name="merge_of_two"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="merge",
                    constraint=models.UniqueConstraint(
                        models.F("absorbed"),
                        condition=models.Q(("unmerged_at__isnull", True)),
                        name="absorbed_once_at_a_time",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="othercode",
                    constraint=models.UniqueConstraint(
                        models.F("street"), models.F("code"), name="other_code_once_per_street"
                    ),
                ),
                migrations.AddIndex(
                    model_name="persondifference",
                    index=models.Index(fields=["batch", "kind", "line"], name="person_difference_by_kind"),
                ),
                migrations.AddIndex(
                    model_name="persondifference",
                    index=models.Index(
                        condition=models.Q(("person_id__isnull", False)),
                        fields=["person_id"],
                        name="person_difference_by_person",
                    ),
                ),
                migrations.AddIndex(
                    model_name="persondifference",
                    index=models.Index(
                        condition=models.Q(("decided_by__isnull", False), models.Q(("key", ""), _negated=True)),
                        fields=["street", "key"],
                        name="person_difference_decided",
                    ),
                ),
                migrations.AddIndex(
                    model_name="reply",
                    index=models.Index(fields=["batch", "-made_at"], name="reply_by_batch"),
                ),
                migrations.AddConstraint(
                    model_name="round",
                    constraint=models.UniqueConstraint(
                        models.F("street"), models.F("period_start"), name="round_once_per_street_and_period"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="round",
                    constraint=models.UniqueConstraint(
                        models.F("street"), models.F("number"), name="round_number_once_per_street"
                    ),
                ),
                migrations.AddIndex(
                    model_name="rearrangement",
                    index=models.Index(fields=["round", "-made_at"], name="rearrangement_by_time"),
                ),
                migrations.AddIndex(
                    model_name="stop",
                    index=models.Index(fields=["street", "visitor", "planned_on"], name="stop_by_visitor_day"),
                ),
                migrations.AddIndex(
                    model_name="stop",
                    index=models.Index(fields=["round", "outcome"], name="stop_by_outcome"),
                ),
                migrations.AddConstraint(
                    model_name="stop",
                    constraint=models.UniqueConstraint(
                        models.F("round"), models.F("entity"), name="entity_once_per_round"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="consent",
                    constraint=models.UniqueConstraint(
                        models.F("submission"), models.F("kind"), name="consent_once_per_kind"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="team",
                    constraint=models.UniqueConstraint(
                        models.F("street"), models.F("name"), name="team_name_once_per_street"
                    ),
                ),
                migrations.AddIndex(
                    model_name="question",
                    index=models.Index(
                        condition=models.Q(("answered_in__isnull", True)), fields=["entity"], name="question_open"
                    ),
                ),
                migrations.AddIndex(
                    model_name="discrepancy",
                    index=models.Index(fields=["street", "state", "opened_on"], name="discrepancy_by_state"),
                ),
                migrations.AddIndex(
                    model_name="discrepancy",
                    index=models.Index(
                        condition=models.Q(("entity__isnull", False)), fields=["entity"], name="discrepancy_by_entity"
                    ),
                ),
                migrations.AddIndex(
                    model_name="discrepancy",
                    index=models.Index(fields=["last_batch"], name="discrepancy_by_batch"),
                ),
                migrations.AddIndex(
                    model_name="discrepancy",
                    index=models.Index(
                        condition=models.Q(("reply__isnull", False)), fields=["reply"], name="discrepancy_by_reply"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="discrepancy",
                    constraint=models.UniqueConstraint(
                        models.F("street"), models.F("key"), name="discrepancy_once_per_content"
                    ),
                ),
                migrations.AddIndex(
                    model_name="demand",
                    index=models.Index(fields=["street", "-raised_at"], name="demand_by_time"),
                ),
                migrations.AddConstraint(
                    model_name="demand",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("told_at__isnull", True), ("told_at__gte", models.F("answered_at")), _connector="OR"
                        ),
                        name="demand_told_after_answered",
                        violation_error_message="先有答复，才能告知。",
                    ),
                ),
                migrations.AddIndex(
                    model_name="visitanswer",
                    index=models.Index(condition=models.Q(("state", "held")), fields=["against"], name="answer_held"),
                ),
                migrations.AddConstraint(
                    model_name="visitanswer",
                    constraint=models.UniqueConstraint(
                        models.F("visit"), models.F("field"), name="one_answer_per_field_and_visit"
                    ),
                ),
                migrations.AddIndex(
                    model_name="worker",
                    index=models.Index(fields=["street", "pinyin", "id"], name="worker_by_pinyin"),
                ),
                migrations.AddIndex(
                    model_name="worker",
                    index=models.Index(fields=["entity"], name="worker_by_entity"),
                ),
                migrations.AddIndex(
                    model_name="worker",
                    index=models.Index(fields=["street", "phone_index"], name="worker_by_phone"),
                ),
                migrations.AddIndex(
                    model_name="worker",
                    index=models.Index(fields=["street", "name"], name="worker_by_name"),
                ),
                migrations.AddIndex(
                    model_name="worker",
                    index=models.Index(fields=["street", "initials"], name="worker_by_initials"),
                ),
                migrations.AddIndex(
                    model_name="worker",
                    index=models.Index(
                        condition=models.Q(("left_on__isnull", True)),
                        fields=["street", "pinyin", "id"],
                        include=("entity",),
                        name="worker_in_order",
                    ),
                ),
                migrations.AddIndex(
                    model_name="worker",
                    index=models.Index(
                        condition=models.Q(("left_on__isnull", True)),
                        fields=["street", "standing", "pinyin", "id"],
                        include=("entity",),
                        name="worker_by_standing",
                    ),
                ),
                migrations.AddIndex(
                    model_name="worker",
                    index=models.Index(
                        condition=models.Q(("is_affiliated_elsewhere", True), ("left_on__isnull", True)),
                        fields=["street", "pinyin", "id"],
                        include=("entity",),
                        name="worker_elsewhere",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="worker",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "coverage_workerevent" ("entity_id", "id", "is_affiliated_elsewhere", "joined_on", "left_on", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone_mask", "phone_sealed", "post", "provenance", "standing", "street_id") SELECT new_values."entity_id", new_values."id", new_values."is_affiliated_elsewhere", new_values."joined_on", new_values."left_on", new_values."name", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."phone_mask", new_values."phone_sealed", new_values."post", new_values."provenance", new_values."standing", new_values."street_id" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="92e550e2bd7cadad313730056d74740e4fd1a93c",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_20902",
                            referencing="REFERENCING NEW TABLE AS new_values ",
                            table="coverage_worker",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="worker",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "coverage_workerevent" ("entity_id", "id", "is_affiliated_elsewhere", "joined_on", "left_on", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone_mask", "phone_sealed", "post", "provenance", "standing", "street_id") SELECT new_values."entity_id", new_values."id", new_values."is_affiliated_elsewhere", new_values."joined_on", new_values."left_on", new_values."name", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."phone_mask", new_values."phone_sealed", new_values."post", new_values."provenance", new_values."standing", new_values."street_id" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values."entity_id" IS DISTINCT FROM (new_values."entity_id") OR old_values."id" IS DISTINCT FROM (new_values."id") OR old_values."is_affiliated_elsewhere" IS DISTINCT FROM (new_values."is_affiliated_elsewhere") OR old_values."joined_on" IS DISTINCT FROM (new_values."joined_on") OR old_values."left_on" IS DISTINCT FROM (new_values."left_on") OR old_values."name" IS DISTINCT FROM (new_values."name") OR old_values."phone_mask" IS DISTINCT FROM (new_values."phone_mask") OR old_values."phone_sealed" IS DISTINCT FROM (new_values."phone_sealed") OR old_values."post" IS DISTINCT FROM (new_values."post") OR old_values."provenance" IS DISTINCT FROM (new_values."provenance") OR old_values."standing" IS DISTINCT FROM (new_values."standing") OR old_values."street_id" IS DISTINCT FROM (new_values."street_id")) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="9b468cc6a4f30d6327e243a5846d000fc2ebd16a",
                            level="STATEMENT",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_8a31f",
                            referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                            table="coverage_worker",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="worker",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "coverage_workerevent" ("entity_id", "id", "is_affiliated_elsewhere", "joined_on", "left_on", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone_mask", "phone_sealed", "post", "provenance", "standing", "street_id") SELECT old_values."entity_id", old_values."id", old_values."is_affiliated_elsewhere", old_values."joined_on", old_values."left_on", old_values."name", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."phone_mask", old_values."phone_sealed", old_values."post", old_values."provenance", old_values."standing", old_values."street_id" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                            hash="def033acecee1bac8c83ec9635c524d720c85108",
                            level="STATEMENT",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_9f28d",
                            referencing="REFERENCING OLD TABLE AS old_values ",
                            table="coverage_worker",
                            when="AFTER",
                        ),
                    ),
                ),
                migrations.AddIndex(
                    model_name="visit",
                    index=models.Index(fields=["entity", "-visited_at"], name="visit_by_entity"),
                ),
                migrations.AddIndex(
                    model_name="visit",
                    index=models.Index(fields=["street", "-visited_at"], name="visit_by_time"),
                ),
                migrations.AddIndex(
                    model_name="visit",
                    index=models.Index(fields=["visitor", "-visited_at"], name="visit_by_visitor"),
                ),
                migrations.AddConstraint(
                    model_name="visit",
                    constraint=models.UniqueConstraint(
                        models.F("conflict_of"), models.F("digest"), name="other_sending_kept_once"
                    ),
                ),
                migrations.AddIndex(
                    model_name="submission",
                    index=models.Index(fields=["street", "state", "received_at"], name="submission_by_state"),
                ),
                migrations.AddIndex(
                    model_name="submission",
                    index=models.Index(fields=["worker"], name="submission_by_worker"),
                ),
                migrations.AddConstraint(
                    model_name="submission",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("state__in", ["waiting", "accepted"])),
                        fields=("code", "digest"),
                        name="same_content_is_one_submission",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="submission",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "deleted"), _negated=True),
                            models.Q(
                                ("before_sealed", None),
                                ("name_sealed", None),
                                ("phone_index", None),
                                ("phone_sealed", None),
                                ("standing_sealed", None),
                            ),
                            _connector="OR",
                        ),
                        name="deleted_submission_is_empty",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="workerevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="6013a679370544edcd542be3a31ec549957ab04a",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_f0255",
                            table="coverage_workerevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.AddIndex(
                    model_name="entitysearch",
                    index=django.contrib.postgres.indexes.GinIndex(
                        fields=["text"], name="entitysearch_trigram", opclasses=["gin_trgm_ops"]
                    ),
                ),
                # Entities are found by their name without brackets and marks; spelt as in `coverage.comparison.classify.LOOSE`.
                migrations.RunSQL(CREATE_LOOSE, "DROP INDEX entity_by_loose_name"),
                migrations.RunSQL(ROOM, NO_ROOM),
                # Workbooks are compressed already, or read once: trying to compress them costs more than the disk.
                migrations.RunSQL(
                    "ALTER TABLE coverage_feedpart ALTER content SET STORAGE EXTERNAL", migrations.RunSQL.noop
                ),
            ]
        )
    ]
