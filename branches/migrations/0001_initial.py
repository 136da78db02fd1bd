import uuid

import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import branches.models.areas
import shimen.models
from shimen.migrating import Together


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("territory", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        Together(
            [
                migrations.CreateModel(
                    name="Covering",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "way",
                            models.CharField(
                                choices=[
                                    ("single", "单独组建"),
                                    ("joint", "联合组建"),
                                    ("street_block", "街区支部兜底"),
                                    ("building", "楼宇支部兜底"),
                                    ("instructor", "指导员联系"),
                                ],
                                max_length=12,
                                verbose_name="方式",
                            ),
                        ),
                        (
                            "source",
                            models.CharField(
                                choices=[("derived", "按责任范围和组建单位"), ("hand", "人工指定")],
                                default="hand",
                                max_length=8,
                                verbose_name="依据",
                            ),
                        ),
                        ("reason", models.CharField(blank=True, max_length=200, verbose_name="说明")),
                        ("valid", django.contrib.postgres.fields.ranges.DateRangeField(verbose_name="期间")),
                    ],
                    options={
                        "verbose_name": "覆盖",
                    },
                ),
                migrations.CreateModel(
                    name="Decision",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("text", models.CharField(max_length=300, verbose_name="决议事项")),
                        ("ayes", models.PositiveSmallIntegerField(verbose_name="赞成")),
                        ("nays", models.PositiveSmallIntegerField(default=0, verbose_name="不赞成")),
                        ("abstained", models.PositiveSmallIntegerField(default=0, verbose_name="弃权")),
                        ("is_passed", models.BooleanField(verbose_name="通过")),
                        ("made_at", models.DateTimeField(verbose_name="记下时间")),
                    ],
                    options={
                        "verbose_name": "决议",
                    },
                ),
                migrations.CreateModel(
                    name="Division",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("name", models.CharField(max_length=60, verbose_name="名称")),
                        ("areas", models.JSONField(default=list, verbose_name="各片")),
                        ("founding", models.CharField(blank=True, max_length=30, verbose_name="增设的街区")),
                        (
                            "measure",
                            models.CharField(
                                choices=[("shops", "商铺数"), ("workers", "从业人数"), ("visits", "近一年走访次数")],
                                default="shops",
                                max_length=8,
                                verbose_name="按什么均衡",
                            ),
                        ),
                        ("tolerance", models.PositiveSmallIntegerField(verbose_name="相差不超过百分之")),
                        ("price_of_change", models.PositiveSmallIntegerField(verbose_name="少变动的分量（米）")),
                        ("respects_grids", models.BooleanField(default=True, verbose_name="算一个沿网格边界的方案")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("drawing", "计算中"),
                                    ("failed", "算不出来"),
                                    ("drawn", "待采用"),
                                    ("adopted", "已采用"),
                                ],
                                default="drawing",
                                max_length=8,
                                verbose_name="状态",
                            ),
                        ),
                        ("refusal", models.CharField(blank=True, max_length=200, verbose_name="为什么算不出来")),
                        (
                            "places",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.UUIDField(), default=list, size=None, verbose_name="门牌"
                            ),
                        ),
                        ("made_at", models.DateTimeField(verbose_name="提出时间")),
                        ("drawn_at", models.DateTimeField(null=True, verbose_name="算好时间")),
                        ("put_away_at", models.DateTimeField(null=True, verbose_name="收起时间")),
                        ("since", models.DateField(null=True, verbose_name="生效日")),
                        ("adopted_at", models.DateTimeField(null=True, verbose_name="采用时间")),
                        (
                            "ended",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.UUIDField(), default=list, size=None
                            ),
                        ),
                        (
                            "begun",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.UUIDField(), default=list, size=None
                            ),
                        ),
                        ("taken_back_at", models.DateTimeField(null=True, verbose_name="撤回时间")),
                    ],
                    options={
                        "verbose_name": "街区划分",
                    },
                ),
                migrations.CreateModel(
                    name="DivisionVariant",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("number", models.PositiveSmallIntegerField(verbose_name="第几")),
                        ("name", models.CharField(max_length=12, verbose_name="代号")),
                        ("label", models.CharField(max_length=40, verbose_name="叫法")),
                        ("assigned", models.TextField(verbose_name="哪个门牌归哪片")),
                        ("reasons", models.TextField(verbose_name="为什么")),
                        ("figures", models.JSONField(default=dict, verbose_name="数字")),
                        ("edits", models.JSONField(default=list, verbose_name="手工调整")),
                    ],
                    options={
                        "verbose_name": "划分方案",
                    },
                ),
                migrations.CreateModel(
                    name="DutyList",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("version", models.PositiveSmallIntegerField(verbose_name="版次")),
                        ("since", models.DateField(verbose_name="自")),
                        ("items", models.JSONField(default=list, verbose_name="职责")),
                        ("made_at", models.DateTimeField(verbose_name="写于")),
                    ],
                    options={
                        "verbose_name": "职责清单",
                    },
                ),
                migrations.CreateModel(
                    name="Enrolment",
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
                                choices=[("enrolled", "已报上"), ("waiting", "候补"), ("cancelled", "已取消")],
                                max_length=10,
                                verbose_name="状态",
                            ),
                        ),
                        ("queued_at", models.DateTimeField(verbose_name="报名时间")),
                        ("moved_up_at", models.DateTimeField(null=True, verbose_name="补上时间")),
                        ("cancelled_at", models.DateTimeField(null=True, verbose_name="取消时间")),
                        ("attended", models.BooleanField(null=True, verbose_name="到课")),
                    ],
                    options={
                        "verbose_name": "报名",
                    },
                ),
                migrations.CreateModel(
                    name="Extension",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("before", models.DateField(verbose_name="原届满日期")),
                        ("until", models.DateField(verbose_name="延至")),
                        ("approved_by", models.CharField(max_length=100, verbose_name="批准的上级党组织")),
                        ("approved_on", models.DateField(verbose_name="批准日期")),
                        ("reason", models.CharField(max_length=200, verbose_name="延期原因")),
                    ],
                    options={
                        "verbose_name": "延期换届",
                    },
                ),
                migrations.CreateModel(
                    name="Finding",
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
                                    ("uncovered", "在营却没有覆盖"),
                                    ("closed_covered", "已不在营还在覆盖"),
                                    ("organisation_gone", "党组织已撤销还挂着"),
                                    ("unit_otherwise", "组建单位却按别的方式覆盖"),
                                    ("place_uncharged", "没有支部负责的地点"),
                                    ("place_closed", "地点已撤销还在责任范围里"),
                                    ("split_twice", "室和楼层归两个支部"),
                                    ("outside_area", "党员责任区超出支部范围"),
                                ],
                                max_length=18,
                                verbose_name="种类",
                            ),
                        ),
                        ("sentence", models.CharField(max_length=240, verbose_name="查到")),
                        ("found_on", models.DateField(verbose_name="查到日期")),
                        ("seen_on", models.DateField(verbose_name="最近一次查到")),
                        ("closed_on", models.DateField(null=True, verbose_name="不再查到，自")),
                    ],
                    options={
                        "verbose_name": "核查结果",
                    },
                ),
                migrations.CreateModel(
                    name="Founding",
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
                                choices=[
                                    ("applied", "已申请"),
                                    ("approved", "已批复"),
                                    ("elected", "已选举"),
                                    ("filed", "已备案"),
                                    ("refused", "不同意成立"),
                                ],
                                default="applied",
                                max_length=10,
                                verbose_name="进展",
                            ),
                        ),
                        ("due_on", models.DateField(blank=True, null=True, verbose_name="下一步最迟")),
                        ("reason", models.CharField(max_length=300, verbose_name="成立理由")),
                        ("applied_on", models.DateField(verbose_name="申请日期")),
                        ("decided_on", models.DateField(blank=True, null=True, verbose_name="批复日期")),
                        ("decided_note", models.CharField(blank=True, max_length=300, verbose_name="批复意见")),
                        ("elected_on", models.DateField(blank=True, null=True, verbose_name="选举日期")),
                        ("elected_note", models.CharField(blank=True, max_length=300, verbose_name="选举情况")),
                        ("filed_on", models.DateField(blank=True, null=True, verbose_name="备案日期")),
                        ("filed_number", models.CharField(blank=True, max_length=60, verbose_name="备案文号")),
                    ],
                    options={
                        "verbose_name": "成立档案",
                    },
                ),
                migrations.CreateModel(
                    name="FoundingDocument",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "step",
                            models.CharField(
                                choices=[("apply", "申请"), ("decide", "批复"), ("elect", "选举"), ("file", "备案")],
                                max_length=8,
                                verbose_name="哪一步",
                            ),
                        ),
                        ("name", models.CharField(max_length=120, verbose_name="文件名")),
                        ("media_type", models.CharField(max_length=80, verbose_name="类型")),
                        ("size", models.PositiveIntegerField(verbose_name="字节数")),
                        ("sha256", models.CharField(max_length=64)),
                        ("content", models.BinaryField(null=True, verbose_name="内容（加密）")),
                        ("uploaded_at", models.DateTimeField(verbose_name="上传时间")),
                        ("removed_at", models.DateTimeField(blank=True, null=True, verbose_name="移出时间")),
                        ("removed_reason", models.CharField(blank=True, max_length=120, verbose_name="移出原因")),
                    ],
                    options={
                        "verbose_name": "成立材料",
                    },
                ),
                migrations.CreateModel(
                    name="HandbookSection",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("key", models.UUIDField(default=uuid.uuid4, editable=False, verbose_name="篇目标识")),
                        ("place", models.PositiveIntegerField(verbose_name="次序")),
                        ("depth", models.PositiveSmallIntegerField(default=0, verbose_name="层次")),
                        ("title", models.CharField(max_length=80, verbose_name="标题")),
                        ("body", models.TextField(blank=True, max_length=20000, verbose_name="正文")),
                        ("search", models.TextField(blank=True, editable=False, verbose_name="搜索文字")),
                        ("removed_at", models.DateTimeField(null=True, verbose_name="删去时间")),
                    ],
                    options={
                        "verbose_name": "手册篇目",
                    },
                ),
                migrations.CreateModel(
                    name="HandbookVersion",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("number", models.PositiveSmallIntegerField(verbose_name="版次")),
                        ("title", models.CharField(max_length=60, verbose_name="书名")),
                        ("note", models.CharField(blank=True, max_length=300, verbose_name="这一版改了什么")),
                        ("made_at", models.DateTimeField(verbose_name="起草时间")),
                        ("published_at", models.DateTimeField(null=True, verbose_name="发布时间")),
                        ("discarded_at", models.DateTimeField(null=True, verbose_name="作废时间")),
                    ],
                    options={
                        "verbose_name": "手册版本",
                    },
                ),
                migrations.CreateModel(
                    name="HelpField",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("name", models.CharField(max_length=20, verbose_name="名称")),
                        ("sort", models.PositiveSmallIntegerField(default=50, verbose_name="次序")),
                        ("retired_at", models.DateTimeField(blank=True, null=True, verbose_name="停用时间")),
                    ],
                    options={
                        "verbose_name": "帮忙领域",
                    },
                ),
                migrations.CreateModel(
                    name="HelpRequest",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("asker", models.CharField(max_length=60, verbose_name="谁要帮忙")),
                        ("words", models.CharField(max_length=200, verbose_name="要帮什么")),
                        ("wanted_on", models.DateField(blank=True, null=True, verbose_name="希望哪天")),
                        ("asked_at", models.DateTimeField(verbose_name="提出时间")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("asked", "等答复"),
                                    ("agreed", "已约好"),
                                    ("done", "已帮忙"),
                                    ("declined", "这次帮不上"),
                                    ("cancelled", "不用了"),
                                ],
                                default="asked",
                                max_length=10,
                                verbose_name="进展",
                            ),
                        ),
                        ("outcome", models.CharField(blank=True, max_length=300, verbose_name="结果")),
                        ("closed_at", models.DateTimeField(null=True, verbose_name="了结时间")),
                    ],
                    options={
                        "verbose_name": "求助",
                    },
                ),
                migrations.CreateModel(
                    name="JointProject",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("title", models.CharField(max_length=80, verbose_name="项目名称")),
                        ("goal", models.CharField(max_length=300, verbose_name="目标")),
                        (
                            "state",
                            models.CharField(
                                choices=[("running", "进行中"), ("done", "已完成"), ("stopped", "已中止")],
                                default="running",
                                max_length=8,
                                verbose_name="状态",
                            ),
                        ),
                        ("started_on", models.DateField(verbose_name="开始日期")),
                        ("ended_on", models.DateField(null=True, verbose_name="结束日期")),
                        ("outcome", models.CharField(blank=True, max_length=300, verbose_name="结果")),
                        ("made_at", models.DateTimeField(verbose_name="登记时间")),
                    ],
                    options={
                        "verbose_name": "共推项目",
                    },
                ),
                migrations.CreateModel(
                    name="Lecturer",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "level",
                            models.CharField(
                                choices=[("city", "市级"), ("district", "区级"), ("street", "街道")],
                                default="district",
                                max_length=8,
                                verbose_name="级别",
                            ),
                        ),
                        ("name", models.CharField(max_length=30, verbose_name="姓名")),
                        ("pinyin", models.CharField(blank=True, editable=False, max_length=240)),
                        ("unit", models.CharField(max_length=60, verbose_name="单位")),
                        ("topics", models.CharField(max_length=200, verbose_name="讲什么")),
                        ("retired_at", models.DateTimeField(blank=True, null=True, verbose_name="停用时间")),
                    ],
                    options={
                        "verbose_name": "师资",
                    },
                ),
                migrations.CreateModel(
                    name="Member",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "standing",
                            models.CharField(
                                choices=[("full", "正式党员"), ("probationary", "预备党员")],
                                default="full",
                                max_length=14,
                                verbose_name="党员类别",
                            ),
                        ),
                        (
                            "relation",
                            models.CharField(
                                choices=[
                                    ("here", "组织关系在本支部"),
                                    ("floating", "流动党员，组织关系在外"),
                                    ("seconded", "下沉编入，组织关系在原单位"),
                                ],
                                default="here",
                                max_length=10,
                                verbose_name="组织关系",
                            ),
                        ),
                        ("name_sealed", models.BinaryField(null=True, verbose_name="姓名（加密）")),
                        ("name_mask", models.CharField(max_length=30, verbose_name="姓名")),
                        ("phone_sealed", models.BinaryField(null=True, verbose_name="电话（加密）")),
                        ("phone_index", models.BinaryField(max_length=16, null=True, verbose_name="电话索引")),
                        ("phone_mask", models.CharField(blank=True, max_length=20, verbose_name="电话")),
                        ("home_unit", models.CharField(blank=True, max_length=100, verbose_name="组织关系所在单位")),
                        ("valid", django.contrib.postgres.fields.ranges.DateRangeField(verbose_name="在册期间")),
                        ("left_reason", models.CharField(blank=True, max_length=100, verbose_name="离开原因")),
                        ("source", models.CharField(blank=True, max_length=20, verbose_name="来源")),
                    ],
                    options={
                        "verbose_name": "党员",
                    },
                ),
                migrations.CreateModel(
                    name="MentorPair",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("mentor", models.CharField(max_length=30, verbose_name="传帮带书记")),
                        ("mentor_unit", models.CharField(max_length=60, verbose_name="书记所在单位")),
                        ("learner", models.CharField(max_length=30, verbose_name="结对对象")),
                        ("learner_post", models.CharField(blank=True, max_length=40, verbose_name="职务")),
                        ("valid", django.contrib.postgres.fields.ranges.DateRangeField(verbose_name="结对期间")),
                        ("goals", models.TextField(max_length=600, verbose_name="带什么、学什么")),
                        ("every_days", models.PositiveSmallIntegerField(default=30, verbose_name="隔几天见一次")),
                        ("end_reason", models.CharField(blank=True, max_length=200, verbose_name="结束说明")),
                    ],
                    options={
                        "verbose_name": "传帮带结对",
                    },
                ),
                migrations.CreateModel(
                    name="MentorSession",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("held_on", models.DateField(verbose_name="哪天")),
                        ("note", models.CharField(max_length=500, verbose_name="讲了什么")),
                        ("next_on", models.DateField(blank=True, null=True, verbose_name="下次")),
                        ("recorded_at", models.DateTimeField(verbose_name="记下时间")),
                        ("withdrawn_at", models.DateTimeField(null=True, verbose_name="撤销时间")),
                    ],
                    options={
                        "verbose_name": "传帮带活动",
                    },
                ),
                migrations.CreateModel(
                    name="Method",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("number", models.PositiveSmallIntegerField(verbose_name="第几法")),
                        ("title", models.CharField(max_length=60, verbose_name="名称")),
                        ("body", models.TextField(blank=True, max_length=5000, verbose_name="怎么做")),
                        ("is_sample", models.BooleanField(default=False, verbose_name="示例文字")),
                        ("changed_at", models.DateTimeField(null=True, verbose_name="改动时间")),
                    ],
                    options={
                        "verbose_name": "工作方法",
                    },
                ),
                migrations.CreateModel(
                    name="MethodCase",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("title", models.CharField(max_length=60, verbose_name="标题")),
                        ("body", models.TextField(max_length=2000, verbose_name="做法和结果")),
                        ("happened_on", models.DateField(verbose_name="哪天")),
                        ("added_at", models.DateTimeField(verbose_name="记下时间")),
                        ("withdrawn_at", models.DateTimeField(null=True, verbose_name="撤下时间")),
                    ],
                    options={
                        "verbose_name": "方法案例",
                    },
                ),
                migrations.CreateModel(
                    name="Minutes",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("chair", models.CharField(blank=True, max_length=40, verbose_name="主持人")),
                        ("recorder", models.CharField(blank=True, max_length=40, verbose_name="记录人")),
                        ("text", models.TextField(blank=True, verbose_name="记录")),
                        ("version", models.PositiveIntegerField(default=0)),
                        ("saved_at", models.DateTimeField(null=True, verbose_name="保存时间")),
                        ("settled_at", models.DateTimeField(null=True, verbose_name="定稿时间")),
                    ],
                    options={
                        "verbose_name": "会议记录",
                    },
                ),
                migrations.CreateModel(
                    name="MinutesKept",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("text", models.TextField(verbose_name="记录")),
                        ("saved_at", models.DateTimeField(verbose_name="保存时间")),
                    ],
                    options={
                        "verbose_name": "会议记录的旧稿",
                    },
                ),
                migrations.CreateModel(
                    name="Organisation",
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
                                    ("street_block", "街区"),
                                    ("building", "楼宇"),
                                    ("enterprise", "非公企业"),
                                    ("social", "社会组织"),
                                    ("industry", "行业"),
                                    ("residential", "居民区"),
                                    ("street", "街道"),
                                ],
                                max_length=14,
                                verbose_name="类别",
                            ),
                        ),
                        (
                            "form",
                            models.CharField(
                                choices=[
                                    ("branch", "党支部"),
                                    ("joint", "联合党支部"),
                                    ("general", "党总支"),
                                    ("committee", "党委"),
                                ],
                                default="branch",
                                max_length=10,
                                verbose_name="形式",
                            ),
                        ),
                        ("name", models.CharField(max_length=100, verbose_name="名称")),
                        ("short_name", models.CharField(blank=True, max_length=30, verbose_name="简称")),
                        ("pinyin", models.CharField(blank=True, max_length=240, verbose_name="拼音")),
                        ("initials", models.CharField(blank=True, max_length=60, verbose_name="拼音首字母")),
                        ("founded_on", models.DateField(blank=True, null=True, verbose_name="成立日期")),
                        ("dissolved_on", models.DateField(blank=True, null=True, verbose_name="撤销日期")),
                        ("dissolved_reason", models.CharField(blank=True, max_length=200, verbose_name="撤销原因")),
                        ("is_campaign", models.BooleanField(default=False, verbose_name="攻坚行动中成立")),
                        ("note", models.CharField(blank=True, max_length=300, verbose_name="备注")),
                    ],
                    options={
                        "verbose_name": "党组织",
                    },
                ),
                migrations.CreateModel(
                    name="OrganisationUnit",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("valid", django.contrib.postgres.fields.ranges.DateRangeField(verbose_name="期间")),
                    ],
                    options={
                        "verbose_name": "组建单位",
                    },
                ),
                migrations.CreateModel(
                    name="Outreach",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("valid", django.contrib.postgres.fields.ranges.DateRangeField(verbose_name="期间")),
                    ],
                    options={
                        "verbose_name": "联系无固定场所的人",
                    },
                ),
                migrations.CreateModel(
                    name="ProjectPartner",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("place", models.PositiveSmallIntegerField(default=0)),
                    ],
                    options={
                        "verbose_name": "参与党组织",
                    },
                ),
                migrations.CreateModel(
                    name="ProjectStep",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("title", models.CharField(max_length=120, verbose_name="步骤")),
                        ("due_on", models.DateField(verbose_name="到期")),
                        ("done_on", models.DateField(null=True, verbose_name="完成日期")),
                        ("note", models.CharField(blank=True, max_length=300, verbose_name="进展")),
                    ],
                    options={
                        "verbose_name": "项目步骤",
                    },
                ),
                migrations.CreateModel(
                    name="Responsibility",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "floors",
                            django.contrib.postgres.fields.ranges.IntegerRangeField(
                                default=branches.models.areas.every_floor, verbose_name="楼层"
                            ),
                        ),
                        ("valid", django.contrib.postgres.fields.ranges.DateRangeField(verbose_name="期间")),
                        ("basis", models.CharField(blank=True, max_length=120, verbose_name="依据")),
                    ],
                    options={
                        "verbose_name": "党员责任区",
                    },
                ),
                migrations.CreateModel(
                    name="Roster",
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
                                choices=[
                                    ("ready", "待写入"),
                                    ("applied", "已写入"),
                                    ("undone", "已撤销"),
                                    ("discarded", "已作废"),
                                ],
                                default="ready",
                                max_length=10,
                                verbose_name="状态",
                            ),
                        ),
                        ("file_name", models.CharField(max_length=120, verbose_name="文件名")),
                        ("sha256", models.CharField(max_length=64)),
                        ("counts", models.JSONField(default=dict, verbose_name="行数")),
                        ("unknown", models.JSONField(default=list, verbose_name="没有读的列")),
                        ("received_at", models.DateTimeField(verbose_name="收到时间")),
                        ("applied_at", models.DateTimeField(null=True, verbose_name="写入时间")),
                        ("is_full", models.BooleanField(default=False, verbose_name="是完整名册")),
                    ],
                    options={
                        "verbose_name": "党员名册表格",
                    },
                ),
                migrations.CreateModel(
                    name="RosterRow",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("line", models.PositiveIntegerField(null=True, verbose_name="行")),
                        ("candidates", models.JSONField(default=list, verbose_name="候选")),
                        ("reason", models.CharField(blank=True, max_length=200, verbose_name="原因")),
                        (
                            "decision",
                            models.CharField(
                                choices=[("open", "待定"), ("accept", "采用"), ("refuse", "不采用")],
                                default="open",
                                max_length=8,
                                verbose_name="处理",
                            ),
                        ),
                        ("is_applied", models.BooleanField(default=False)),
                        ("skipped_reason", models.CharField(blank=True, max_length=120, verbose_name="没有还原的原因")),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("new", "新编入"),
                                    ("changed", "变更"),
                                    ("gone", "表里没有"),
                                    ("doubt", "待确认"),
                                    ("duplicate", "重复行"),
                                    ("refused", "拒收"),
                                ],
                                max_length=10,
                                verbose_name="种类",
                            ),
                        ),
                        ("name_mask", models.CharField(blank=True, max_length=30, verbose_name="姓名")),
                        ("phone_mask", models.CharField(blank=True, max_length=20, verbose_name="电话")),
                        ("fields", models.JSONField(default=list, verbose_name="变了什么")),
                        ("sealed", models.BinaryField(null=True, verbose_name="表里和名册写的（加密）")),
                    ],
                    options={
                        "verbose_name": "名册差异",
                    },
                ),
                migrations.CreateModel(
                    name="Rule",
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
                    ],
                    options={
                        "verbose_name": "党组织规则",
                    },
                ),
                migrations.CreateModel(
                    name="Seat",
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
                                    ("secretary", "书记"),
                                    ("deputy", "副书记"),
                                    ("organiser", "组织委员"),
                                    ("publicity", "宣传委员"),
                                    ("discipline", "纪检委员"),
                                    ("united", "统战委员"),
                                    ("youth", "青年委员"),
                                    ("member", "委员"),
                                ],
                                max_length=12,
                                verbose_name="职务",
                            ),
                        ),
                        (
                            "also",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=12),
                                blank=True,
                                default=list,
                                size=None,
                                verbose_name="兼任",
                            ),
                        ),
                        (
                            "origin",
                            models.CharField(
                                choices=[("inside", "本支部党员"), ("cross", "交叉任职"), ("seconded", "下沉干部")],
                                default="inside",
                                max_length=10,
                                verbose_name="来源",
                            ),
                        ),
                        ("name", models.CharField(max_length=40, verbose_name="姓名")),
                        ("home_unit", models.CharField(blank=True, max_length=100, verbose_name="原单位或所在党组织")),
                        ("seconded_until", models.DateField(blank=True, null=True, verbose_name="下沉至")),
                        ("valid", django.contrib.postgres.fields.ranges.DateRangeField(verbose_name="任职期间")),
                        ("end_reason", models.CharField(blank=True, max_length=100, verbose_name="离任原因")),
                        ("withdrawn_at", models.DateTimeField(null=True, verbose_name="撤销登记时间")),
                    ],
                    options={
                        "verbose_name": "席位",
                    },
                ),
                migrations.CreateModel(
                    name="ServiceOffer",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("title", models.CharField(max_length=60, verbose_name="服务")),
                        ("people", models.PositiveIntegerField(null=True, verbose_name="服务人次")),
                    ],
                    options={
                        "verbose_name": "服务项目",
                    },
                ),
                migrations.CreateModel(
                    name="Superior",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("valid", django.contrib.postgres.fields.ranges.DateRangeField(verbose_name="期间")),
                    ],
                    options={
                        "verbose_name": "隶属",
                    },
                ),
                migrations.CreateModel(
                    name="Talent",
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
                                    ("mixed", "混合所有制企业"),
                                    ("private", "非公企业"),
                                    ("economic", "新经济组织"),
                                    ("social", "新社会组织"),
                                    ("employment", "新就业群体"),
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
                        ("skill", models.CharField(blank=True, max_length=120, verbose_name="专长")),
                        ("workplace", models.CharField(blank=True, max_length=80, verbose_name="在哪里工作")),
                        (
                            "times",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(
                                    choices=[
                                        ("workday", "工作日白天"),
                                        ("evening", "工作日晚上"),
                                        ("weekend", "双休日"),
                                        ("call", "先打电话约"),
                                    ],
                                    max_length=10,
                                ),
                                default=list,
                                size=None,
                                verbose_name="什么时候有空",
                            ),
                        ),
                        ("times_note", models.CharField(blank=True, max_length=80, verbose_name="时间说明")),
                        ("search", models.TextField(blank=True, editable=False, verbose_name="搜索文字")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("waiting", "待核对"),
                                    ("standing", "在库"),
                                    ("withdrawn", "已撤回，正在删除"),
                                    ("deleted", "已删除"),
                                ],
                                default="standing",
                                max_length=10,
                                verbose_name="状态",
                            ),
                        ),
                        (
                            "way",
                            models.CharField(
                                choices=[("paper", "书面同意"), ("self", "本人网上填写")],
                                default="paper",
                                max_length=6,
                                verbose_name="怎么登记的",
                            ),
                        ),
                        (
                            "receipt_index",
                            models.BinaryField(max_length=16, null=True, unique=True, verbose_name="查询码索引"),
                        ),
                        ("registered_at", models.DateTimeField(verbose_name="登记时间")),
                        ("emptied_at", models.DateTimeField(null=True, verbose_name="清空时间")),
                    ],
                    options={
                        "verbose_name": "能人达人",
                    },
                ),
                migrations.CreateModel(
                    name="TalentConsent",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("given_on", models.DateField(verbose_name="同意日期")),
                        ("recorded_at", models.DateTimeField(verbose_name="记下时间")),
                        ("withdrawn_at", models.DateTimeField(null=True, verbose_name="撤回时间")),
                    ],
                    options={
                        "verbose_name": "能人同意",
                    },
                ),
                migrations.CreateModel(
                    name="TalentNotice",
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
                    ],
                    options={
                        "verbose_name": "能人库告知书",
                    },
                ),
                migrations.CreateModel(
                    name="Tie",
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
                                    ("near", "就近联建"),
                                    ("joint", "项目共推"),
                                    ("mutual", "资源互补"),
                                    ("industry", "同业共建"),
                                ],
                                max_length=10,
                                verbose_name="方式",
                            ),
                        ),
                        ("valid", django.contrib.postgres.fields.ranges.DateRangeField(verbose_name="期间")),
                        ("note", models.CharField(blank=True, max_length=200, verbose_name="说明")),
                    ],
                    options={
                        "verbose_name": "联建",
                    },
                ),
                migrations.CreateModel(
                    name="Training",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("venue", models.CharField(blank=True, max_length=120, verbose_name="地点")),
                        ("starts_at", models.DateTimeField(verbose_name="开始")),
                        ("ends_at", models.DateTimeField(verbose_name="结束")),
                        ("enrol_until", models.DateTimeField(verbose_name="报名截止")),
                        ("capacity", models.PositiveSmallIntegerField(verbose_name="名额")),
                        ("taken", models.PositiveSmallIntegerField(default=0, verbose_name="已报")),
                        ("note", models.CharField(blank=True, max_length=200, verbose_name="说明")),
                        ("cancelled_at", models.DateTimeField(blank=True, null=True, verbose_name="停办时间")),
                        ("cancelled_reason", models.CharField(blank=True, max_length=200, verbose_name="停办原因")),
                    ],
                    options={
                        "verbose_name": "开课",
                    },
                ),
                migrations.CreateModel(
                    name="TrainingBase",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "level",
                            models.CharField(
                                choices=[("city", "市级"), ("district", "区级"), ("street", "街道")],
                                default="street",
                                max_length=8,
                                verbose_name="级别",
                            ),
                        ),
                        ("name", models.CharField(max_length=60, verbose_name="名称")),
                        ("pinyin", models.CharField(blank=True, editable=False, max_length=240)),
                        ("address", models.CharField(max_length=120, verbose_name="地址")),
                        ("holds", models.PositiveSmallIntegerField(default=30, verbose_name="一次能接待")),
                        ("topics", models.CharField(max_length=200, verbose_name="看什么、学什么")),
                        ("contact", models.CharField(blank=True, max_length=80, verbose_name="怎么约")),
                        ("retired_at", models.DateTimeField(blank=True, null=True, verbose_name="停用时间")),
                    ],
                    options={
                        "verbose_name": "实训基地",
                    },
                ),
                migrations.CreateModel(
                    name="VisitedShop",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("token", models.CharField(max_length=16, unique=True)),
                        ("short", models.CharField(max_length=6, verbose_name="短码")),
                        ("place", models.PositiveSmallIntegerField(default=0)),
                        ("removed_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "verbose_name": "探店商铺",
                    },
                ),
                migrations.CreateModel(
                    name="Activity",
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
                                    ("general", "党员大会"),
                                    ("committee", "支委会"),
                                    ("group", "党小组会"),
                                    ("lesson", "党课"),
                                    ("theme_day", "主题党日"),
                                    ("life", "组织生活会"),
                                    ("review", "民主评议"),
                                    ("joint", "联合活动"),
                                    ("shop_visit", "主播探店"),
                                    ("service", "组团服务"),
                                ],
                                max_length=16,
                                verbose_name="类别",
                            ),
                        ),
                        ("title", models.CharField(max_length=100, verbose_name="主题")),
                        ("is_joint", models.BooleanField(default=False, verbose_name="多个组织共办")),
                        ("location", models.CharField(max_length=100, verbose_name="地点")),
                        ("starts_at", models.DateTimeField(verbose_name="开始")),
                        ("ends_at", models.DateTimeField(verbose_name="结束")),
                        ("agenda", models.TextField(blank=True, verbose_name="议程")),
                        (
                            "audience",
                            models.CharField(
                                choices=[
                                    ("members", "各主办党组织的全体党员"),
                                    ("committee", "支部委员会成员"),
                                    ("open", "不限，欢迎参加"),
                                ],
                                default="members",
                                max_length=10,
                                verbose_name="邀请",
                            ),
                        ),
                        ("guests", models.TextField(blank=True, verbose_name="列席、来宾")),
                        (
                            "state",
                            models.CharField(
                                choices=[("planned", "计划中"), ("held", "已举行"), ("cancelled", "已取消")],
                                default="planned",
                                max_length=9,
                                verbose_name="状态",
                            ),
                        ),
                        ("revision", models.PositiveSmallIntegerField(default=0)),
                        ("moved_from", models.DateTimeField(null=True, verbose_name="原定")),
                        ("moved_reason", models.CharField(blank=True, max_length=200, verbose_name="改期原因")),
                        ("cancelled_reason", models.CharField(blank=True, max_length=200, verbose_name="取消原因")),
                        ("is_late_record", models.BooleanField(default=False, verbose_name="补记")),
                        ("late_reason", models.CharField(blank=True, max_length=200, verbose_name="补记原因")),
                        ("full_due", models.PositiveSmallIntegerField(null=True, verbose_name="应到正式党员")),
                        ("full_present", models.PositiveSmallIntegerField(null=True, verbose_name="实到正式党员")),
                        ("code_secret", models.CharField(blank=True, editable=False, max_length=32)),
                        ("code_until", models.DateTimeField(editable=False, null=True)),
                        ("made_at", models.DateTimeField(verbose_name="登记时间")),
                        ("held_at", models.DateTimeField(null=True, verbose_name="记为已举行")),
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
                        "verbose_name": "活动",
                    },
                ),
                migrations.CreateModel(
                    name="ActivityFile",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("name", models.CharField(max_length=120, verbose_name="文件名")),
                        ("kind", models.CharField(max_length=5)),
                        ("size", models.PositiveIntegerField(verbose_name="大小")),
                        ("sha256", models.CharField(max_length=64)),
                        ("content", models.BinaryField(null=True)),
                        ("added_at", models.DateTimeField(verbose_name="添加时间")),
                        ("removed_at", models.DateTimeField(null=True)),
                        (
                            "activity",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="files",
                                to="branches.activity",
                            ),
                        ),
                        (
                            "added_by",
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
                        "verbose_name": "活动材料",
                    },
                ),
                migrations.CreateModel(
                    name="ActivityHost",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("place", models.PositiveSmallIntegerField(default=0)),
                        (
                            "activity",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="hosts",
                                to="branches.activity",
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
                        "verbose_name": "主办党组织",
                    },
                ),
                migrations.CreateModel(
                    name="Attendance",
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
                                choices=[("present", "到会"), ("excused", "请假"), ("blank", "未记")],
                                max_length=8,
                                verbose_name="到会",
                            ),
                        ),
                        (
                            "how",
                            models.CharField(
                                choices=[("hand", "书记记下"), ("code", "本人签到")], max_length=5, verbose_name="方式"
                            ),
                        ),
                        ("marked_at", models.DateTimeField(verbose_name="记下时间")),
                        (
                            "activity",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="attendance",
                                to="branches.activity",
                            ),
                        ),
                        (
                            "marked_by",
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
                        "verbose_name": "到会",
                    },
                ),
                migrations.CreateModel(
                    name="Beacon",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("valid", django.contrib.postgres.fields.ranges.DateRangeField(verbose_name="期间")),
                        ("reason", models.CharField(max_length=200, verbose_name="事由")),
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
                        "verbose_name": "灯塔型党组织",
                    },
                ),
                migrations.CreateModel(
                    name="CalendarLink",
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
                    ],
                    options={
                        "verbose_name": "日历订阅",
                    },
                ),
                migrations.CreateModel(
                    name="Certificate",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("number", models.CharField(max_length=16, unique=True, verbose_name="编号")),
                        ("name_sealed", models.BinaryField(null=True, verbose_name="姓名（加密）")),
                        ("name_mask", models.CharField(max_length=30, verbose_name="姓名")),
                        ("issued_on", models.DateField(verbose_name="发放日期")),
                        ("revoked_at", models.DateTimeField(null=True, verbose_name="作废时间")),
                        ("revoked_reason", models.CharField(blank=True, max_length=200, verbose_name="作废原因")),
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
                    ],
                    options={
                        "verbose_name": "学习证明",
                    },
                ),
                migrations.CreateModel(
                    name="Charge",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "floors",
                            django.contrib.postgres.fields.ranges.IntegerRangeField(
                                default=branches.models.areas.every_floor, verbose_name="楼层"
                            ),
                        ),
                        ("valid", django.contrib.postgres.fields.ranges.DateRangeField(verbose_name="期间")),
                        ("basis", models.CharField(blank=True, max_length=120, verbose_name="依据")),
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
                        "verbose_name": "责任范围",
                    },
                ),
                migrations.CreateModel(
                    name="CheckIn",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("nickname", models.CharField(max_length=20, verbose_name="昵称")),
                        ("nickname_key", models.CharField(max_length=40)),
                        ("at", models.DateTimeField(verbose_name="打卡时间")),
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
                        "verbose_name": "探店打卡",
                    },
                ),
                migrations.CreateModel(
                    name="Committee",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("number", models.PositiveSmallIntegerField(verbose_name="届次")),
                        (
                            "how",
                            models.CharField(
                                choices=[("elected", "选举"), ("appointed", "上级任命")],
                                default="elected",
                                max_length=10,
                                verbose_name="产生方式",
                            ),
                        ),
                        ("elected_on", models.DateField(verbose_name="选举日期")),
                        ("due_on", models.DateField(verbose_name="任期届满")),
                        ("ends_on", models.DateField(verbose_name="应换届日期")),
                        ("valid", django.contrib.postgres.fields.ranges.DateRangeField(verbose_name="在任期间")),
                        (
                            "roles",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=12), size=None, verbose_name="席位"
                            ),
                        ),
                        ("note", models.CharField(blank=True, max_length=200, verbose_name="批复或备注")),
                        ("withdrawn_at", models.DateTimeField(null=True, verbose_name="撤销登记时间")),
                        ("withdrawn_reason", models.CharField(blank=True, max_length=200, verbose_name="撤销登记原因")),
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
                            "withdrawn_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "班子",
                    },
                ),
                migrations.CreateModel(
                    name="CommitteeSheet",
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
                                choices=[
                                    ("ready", "待写入"),
                                    ("applied", "已写入"),
                                    ("undone", "已撤销"),
                                    ("discarded", "已作废"),
                                ],
                                default="ready",
                                max_length=10,
                                verbose_name="状态",
                            ),
                        ),
                        ("file_name", models.CharField(max_length=120, verbose_name="文件名")),
                        ("sha256", models.CharField(max_length=64)),
                        ("counts", models.JSONField(default=dict, verbose_name="行数")),
                        ("unknown", models.JSONField(default=list, verbose_name="没有读的列")),
                        ("received_at", models.DateTimeField(verbose_name="收到时间")),
                        ("applied_at", models.DateTimeField(null=True, verbose_name="写入时间")),
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
                            "received_by",
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
                        "verbose_name": "班子表格",
                    },
                ),
                migrations.CreateModel(
                    name="CommitteeSheetRow",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("line", models.PositiveIntegerField(null=True, verbose_name="行")),
                        ("candidates", models.JSONField(default=list, verbose_name="候选")),
                        ("reason", models.CharField(blank=True, max_length=200, verbose_name="原因")),
                        (
                            "decision",
                            models.CharField(
                                choices=[("open", "待定"), ("accept", "采用"), ("refuse", "不采用")],
                                default="open",
                                max_length=8,
                                verbose_name="处理",
                            ),
                        ),
                        ("is_applied", models.BooleanField(default=False)),
                        ("skipped_reason", models.CharField(blank=True, max_length=120, verbose_name="没有还原的原因")),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("new", "新一届"),
                                    ("changed", "班子变动"),
                                    ("doubt", "待确认"),
                                    ("refused", "拒收"),
                                ],
                                max_length=10,
                                verbose_name="种类",
                            ),
                        ),
                        ("named", models.CharField(max_length=100, verbose_name="表里写的党组织")),
                        ("said", models.JSONField(default=dict, verbose_name="表里写的")),
                        ("done", models.JSONField(default=dict, verbose_name="写了什么")),
                        (
                            "committee",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="branches.committee",
                            ),
                        ),
                        (
                            "sheet",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="rows",
                                to="branches.committeesheet",
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
                        "verbose_name": "班子差异",
                    },
                ),
                migrations.CreateModel(
                    name="Course",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "level",
                            models.CharField(
                                choices=[("city", "市级"), ("district", "区级"), ("street", "街道")],
                                default="street",
                                max_length=8,
                                verbose_name="级别",
                            ),
                        ),
                        (
                            "subject",
                            models.CharField(
                                choices=[
                                    ("theory", "理论学习"),
                                    ("party", "党务实务"),
                                    ("governance", "基层治理"),
                                    ("law", "法律政策"),
                                    ("trade", "经营与就业"),
                                    ("safety", "安全急救"),
                                ],
                                max_length=10,
                                verbose_name="类别",
                            ),
                        ),
                        ("title", models.CharField(max_length=60, verbose_name="课名")),
                        ("pinyin", models.CharField(blank=True, editable=False, max_length=240)),
                        ("audience", models.CharField(max_length=80, verbose_name="讲给谁听")),
                        ("summary", models.TextField(max_length=1000, verbose_name="讲什么")),
                        ("hours", models.PositiveSmallIntegerField(default=2, verbose_name="学时")),
                        ("gives_certificate", models.BooleanField(default=False, verbose_name="发学习证明")),
                        ("retired_at", models.DateTimeField(blank=True, null=True, verbose_name="停开时间")),
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
                        "verbose_name": "课程",
                    },
                ),
            ]
        )
    ]
