"""The workbooks of branches: by which headings their fields are known. Pure; `coverage.reading.sheet_file` reads them."""

from __future__ import annotations

from coverage.reading.sheet_file import Form

FORMS = {
    "members": Form(
        {
            "name": ("姓名", "党员姓名"),
            "standing": ("党员类别", "类别", "党员身份", "人员类别"),
            "relation": ("组织关系", "组织关系情况"),
            "home_unit": ("组织关系所在单位", "组织关系所在党支部", "原单位", "原党支部"),
            "phone": ("电话", "联系电话", "手机", "手机号", "手机号码"),
            "since": ("编入日期", "进入支部日期", "转入日期", "进入本支部日期"),
        },
        ("序号", "备注", "工作单位", "职务", "性别", "民族", "学历"),
        ("name",),
        "没有认出表头。表头要有“姓名”“党员类别”“组织关系”这几列，用空白名册填最省事",
    ),
    "committees": Form(
        {
            "organisation": ("党组织", "党组织名称", "党支部", "党支部名称", "支部名称", "所在党组织"),
            "role": ("职务", "党内职务", "班子职务", "席位"),
            "name": ("姓名", "成员姓名", "班子成员"),
            "also": ("兼", "兼任", "兼任职务"),
            "origin": ("来源", "人员来源"),
            "unit": ("原单位", "原单位或所在党组织", "所在单位", "来自"),
            "until": ("下沉至", "下沉到", "下沉期限"),
            "since": ("到任日期", "任职日期", "任职时间"),
            "elected_on": ("选举日期", "本届选举日期", "换届日期", "换届时间"),
            "how": ("产生方式",),
            "number": ("届次",),
        },
        ("序号", "备注", "类别", "网格", "任期届满", "应换届日期", "性别", "联系电话", "电话"),
        ("organisation", "role", "name"),
        "没有认出表头。表头要有“党组织”“职务”“姓名”这几列，用空白班子表填最省事",
    ),
}
