import django.contrib.auth.validators
import django.utils.timezone
from django.db import migrations, models

import shimen.models
from shimen.migrating import Together


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        Together(
            [
                migrations.CreateModel(
                    name="Feedback",
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
                                    ("burden", "填得太多、负担重"),
                                    ("hard", "不好用、看不懂"),
                                    ("wrong", "有错、不对"),
                                    ("wish", "想要什么"),
                                ],
                                max_length=8,
                                verbose_name="是哪一类",
                            ),
                        ),
                        ("words", models.TextField(verbose_name="怎么回事")),
                        ("page", models.CharField(blank=True, max_length=300, verbose_name="在哪一页")),
                        ("sent_at", models.DateTimeField(verbose_name="提出时间")),
                        ("answer", models.TextField(blank=True, verbose_name="答复")),
                        ("answered_at", models.DateTimeField(null=True, verbose_name="答复时间")),
                    ],
                    options={
                        "verbose_name": "意见",
                    },
                ),
                migrations.CreateModel(
                    name="Invitation",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("token_hash", models.CharField(max_length=64, unique=True)),
                        ("username", models.CharField(max_length=60, verbose_name="账号")),
                        ("display_name", models.CharField(max_length=40, verbose_name="姓名")),
                        ("unit", models.CharField(blank=True, max_length=60, verbose_name="单位")),
                        (
                            "role",
                            models.CharField(
                                choices=[
                                    ("staff", "街道党务干部"),
                                    ("secretary", "支部书记"),
                                    ("visitor", "走访队员"),
                                    ("data_admin", "数据管理员"),
                                    ("convener", "议事会召集人"),
                                    ("station_master", "轮值站长"),
                                    ("seconded", "下沉干部"),
                                    ("system_admin", "系统管理员"),
                                    ("security_admin", "安全管理员"),
                                    ("audit_admin", "审计管理员"),
                                ],
                                max_length=16,
                                verbose_name="角色",
                            ),
                        ),
                        ("valid_to", models.DateField(blank=True, null=True, verbose_name="授权至")),
                        ("invited_at", models.DateTimeField(verbose_name="邀请时间")),
                        ("expires_at", models.DateTimeField(verbose_name="链接有效至")),
                        ("approved_at", models.DateTimeField(null=True, verbose_name="同意授权时间")),
                        ("accepted_at", models.DateTimeField(null=True, verbose_name="启用时间")),
                        ("revoked_at", models.DateTimeField(null=True, verbose_name="撤回时间")),
                    ],
                    options={
                        "verbose_name": "邀请",
                    },
                ),
                migrations.CreateModel(
                    name="PasswordLink",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("token_hash", models.CharField(max_length=64, unique=True)),
                        ("issued_at", models.DateTimeField()),
                        ("expires_at", models.DateTimeField()),
                        ("used_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "verbose_name": "重设密码的链接",
                    },
                ),
                migrations.CreateModel(
                    name="RoleGrant",
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
                                    ("staff", "街道党务干部"),
                                    ("secretary", "支部书记"),
                                    ("visitor", "走访队员"),
                                    ("data_admin", "数据管理员"),
                                    ("convener", "议事会召集人"),
                                    ("station_master", "轮值站长"),
                                    ("seconded", "下沉干部"),
                                    ("system_admin", "系统管理员"),
                                    ("security_admin", "安全管理员"),
                                    ("audit_admin", "审计管理员"),
                                ],
                                max_length=16,
                                verbose_name="角色",
                            ),
                        ),
                        ("valid_from", models.DateField(verbose_name="自")),
                        ("valid_to", models.DateField(blank=True, null=True, verbose_name="至")),
                        ("granted_at", models.DateTimeField(verbose_name="授权时间")),
                        ("ended_at", models.DateTimeField(null=True, verbose_name="收回时间")),
                        ("ended_reason", models.CharField(blank=True, max_length=200, verbose_name="收回原因")),
                    ],
                    options={
                        "verbose_name": "授权",
                    },
                ),
                migrations.CreateModel(
                    name="User",
                    fields=[
                        ("password", models.CharField(max_length=128, verbose_name="password")),
                        ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                        (
                            "is_superuser",
                            models.BooleanField(
                                default=False,
                                help_text="Designates that this user has all permissions without explicitly assigning them.",
                                verbose_name="superuser status",
                            ),
                        ),
                        (
                            "username",
                            models.CharField(
                                error_messages={"unique": "A user with that username already exists."},
                                help_text="Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.",
                                max_length=150,
                                unique=True,
                                validators=[django.contrib.auth.validators.UnicodeUsernameValidator()],
                                verbose_name="username",
                            ),
                        ),
                        ("email", models.EmailField(blank=True, max_length=254, verbose_name="email address")),
                        (
                            "is_staff",
                            models.BooleanField(
                                default=False,
                                help_text="Designates whether the user can log into this admin site.",
                                verbose_name="staff status",
                            ),
                        ),
                        (
                            "is_active",
                            models.BooleanField(
                                default=True,
                                help_text="Designates whether this user should be treated as active. Unselect this instead of deleting accounts.",
                                verbose_name="active",
                            ),
                        ),
                        (
                            "date_joined",
                            models.DateTimeField(default=django.utils.timezone.now, verbose_name="date joined"),
                        ),
                        (
                            "id",
                            models.UUIDField(
                                default=shimen.models.new_id, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("display_name", models.CharField(max_length=40, verbose_name="姓名")),
                        ("unit", models.CharField(blank=True, max_length=60, verbose_name="单位")),
                        ("is_trial", models.BooleanField(default=False, verbose_name="试用账号")),
                        (
                            "theme",
                            models.CharField(
                                choices=[("auto", "跟随系统"), ("light", "浅色"), ("dark", "深色")],
                                default="auto",
                                max_length=5,
                                verbose_name="界面明暗",
                            ),
                        ),
                        (
                            "groups",
                            models.ManyToManyField(
                                blank=True,
                                help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                                related_name="user_set",
                                related_query_name="user",
                                to="auth.group",
                                verbose_name="groups",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "用户",
                    },
                ),
            ]
        )
    ]
