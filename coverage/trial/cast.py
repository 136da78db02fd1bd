"""The people and the shops that everybody meets first: those of the drawings, at their drawn doors.

Codes, phones and people are made up like all others; they are fixed so that a guide may name them.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Known:
    """A firm that must exist as it stands here; `lane` and `room` are '' for a shop."""

    code: str
    name: str
    legal_person: str
    industry_code: str
    scope: str
    road: str
    lane: str
    number: str
    room: str
    headcount: int
    phone: str
    established_on: str
    trade_sign: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """Someone who signs in; `roles` are (role, grid number or 0 for the whole street)."""

    username: str
    name: str
    unit: str
    roles: tuple[tuple[str, int], ...]
    team: str = ""


SHOPS: tuple[Known, ...] = (
    Known("92990199MA0T29148X", "子丑面馆", "孙丙三", "H6210", "餐饮服务", "望桥路", "", "41", "", 7, "19900000017", "2019-04-16"),
    Known("92990199MA0T07192J", "丁卯水果店", "郑庚七", "F5223", "新鲜水果零售", "望桥路", "", "45", "", 3, "19900000719", "2021-03-09"),
    Known("92990199MA0T39821M", "寅卯咖啡（示例）店", "周戊六", "H6232", "餐饮服务、食品互联网销售", "望桥路", "", "86", "", 4, "19900000338", "2022-06-01"),
    Known("92990199MA0T11204H", "申酉便利（示例）二店", "吕申二", "F5213", "食品销售、日用百货销售", "望桥路", "", "112", "", 5, "19900001120", "2026-10-20"),
    Known("92990199MA0T91742R", "午未理发店", "许午四", "O8040", "理发服务", "西塘路", "", "7", "", 2, "19900000917", "2017-11-20"),
    Known("92990199MA0T34166D", "辰巳五金经营部", "何辰五", "F5281", "五金产品零售", "西塘路", "", "15", "", 2, "19900000341", "2014-05-08"),
    Known("92990199MA0T79540J", "戌亥花店", "李丁四", "F5246", "鲜花零售", "西塘路", "", "22", "", 2, "19900000795", "2020-09-12"),
    Known("92990199MA0T30018U", "甲子裁缝铺", "孔甲六", "O8090", "服装修改服务", "西塘路", "", "30", "", 1, "19900000300", "2011-02-18"),
    Known("92990199MA0T52604E", "申酉便利（示例）商行", "吕申二", "F5213", "食品销售、日用百货销售", "槐荫路", "", "41", "", 6, "19900000526", "2018-08-08"),
)  # fmt: skip

FIRMS: tuple[Known, ...] = (
    Known("91990199MA0T945805", "天干一号科技有限公司", "钱甲一", "I6513", "软件开发、技术服务", "清波路", "120", "7", "305", 86, "19900000945", "2016-07-01"),
    Known("91990199MA0T266412", "甲乙丙贸易有限公司", "吴己六", "F5181", "国内贸易代理", "清波路", "120", "7", "306", 24, "19900000266", "2013-10-30"),
    Known("91990199MA0T23096Y", "甲乙丙商贸（示例）中心", "郑庚七", "F5181", "日用百货批发", "清波路", "120", "9", "201", 8, "19900000230", "2015-04-22"),
    Known("91990199MA0T356286", "地支文化传播工作室", "褚寅九", "L7251", "文化艺术交流活动策划", "云台路", "12", "3", "501", 11, "19900000356", "2019-12-02"),
)  # fmt: skip

# The end of the secretary's walk of today, as it is drawn, and whom she met last week.
TODAY = (
    "丁卯水果店",
    "寅卯咖啡（示例）店",
    "申酉便利（示例）二店",
    "午未理发店",
    "辰巳五金经营部",
    "戌亥花店",
    "甲子裁缝铺",
)
LAST_WEEK = ("子丑面馆",)

OFFICE = "示例街道党建工作办公室"
PARTY_OFFICE = "党建办"

PEOPLE: tuple[Person, ...] = (
    Person("zhouwuwu", "周戊五", PARTY_OFFICE, (("staff", 0),)),
    Person("wujiliu", "吴己六", PARTY_OFFICE, (("staff", 0),)),
    Person("qianyier", "钱乙二", PARTY_OFFICE, (("data_admin", 0),)),
    Person("zhaojiayi", "赵甲一", "第一街区党支部", (("secretary", 1), ("visitor", 1)), "甲组"),
    Person("jiangyinsan", "蒋寅三", "第二街区党支部", (("secretary", 2), ("visitor", 2)), "丙组"),
    Person("zhuwuqi", "朱午七", "第三街区党支部", (("secretary", 3), ("visitor", 3)), "戊组"),
    Person("chenguishi", "陈癸十", "城管中队下沉", (("visitor", 1),), "甲组"),
    Person("hexuyi", "何戌一", "第一街区党支部", (("visitor", 1),), "甲组"),
    Person("chuziyi", "褚子一", "第一街区党支部", (("visitor", 1),), "乙组"),
    Person("weichouer", "卫丑二", "望桥路居民区", (("visitor", 1),), "乙组"),
    Person("lvhaier", "吕亥二", "望桥路居民区", (("visitor", 1),), "乙组"),
    Person("shenmaosi", "沈卯四", "第二街区党支部", (("visitor", 2),), "丙组"),
    Person("shijiasan", "施甲三", "第二街区党支部", (("visitor", 2),), "丙组"),
    Person("hanchenwu", "韩辰五", "云台路居民区", (("visitor", 2),), "丁组"),
    Person("yangsiliu", "杨巳六", "云台路居民区", (("visitor", 2),), "丁组"),
    Person("zhangyisi", "张乙四", "市监所下沉", (("visitor", 2),), "丁组"),
    Person("kongbingwu", "孔丙五", "第二街区党支部", (("visitor", 2),), "丁组"),
    Person("qinweiba", "秦未八", "第三街区党支部", (("visitor", 3),), "戊组"),
    Person("youshenjiu", "尤申九", "松间路居民区", (("visitor", 3),), "己组"),
    Person("xuyoushi", "许酉十", "松间路居民区", (("visitor", 3),), "己组"),
    Person("caodingliu", "曹丁六", "第三街区党支部", (("visitor", 3),), "己组"),
    Person("fengrenjiu", "冯壬九", "望桥路街委会", (("convener", 1),)),
    Person("yanxinba", "严辛八", "望桥路阵地", (("station_master", 1),)),
    Person("weigengqi", "魏庚七", "公安派出所下沉", (("seconded", 1),)),
    Person("taojiliu", "陶己六", "示例区信息中心", (("system_admin", 0),)),
    Person("jiangchouwu", "姜丑五", "示例区信息中心", (("security_admin", 0),)),
    Person("qiguiyi", "戚癸一", "示例区审计科", (("audit_admin", 0),)),
)

# Team, grid, what it looks after; six people in the first grid, seven in the second, five in the third, so that
# everybody has about 115 doors a round.
TEAMS: tuple[tuple[str, int], ...] = (("甲组", 1), ("乙组", 1), ("丙组", 2), ("丁组", 2), ("戊组", 3), ("己组", 3))
