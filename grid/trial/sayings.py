"""What the people of the trial street say to the weather station, and what they are told. Pure.

`{road}` is a road of the grid that is meant. Everything is made up.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Saying:
    """An opinion: its kind, the words, and what was answered or where its teller was sent."""

    category: str
    words: str
    reply: str = ""


ANSWERED: tuple[Saying, ...] = (
    Saying("facilities", "{road}党群服务站几点关门？下班过去总是锁着。", "周二、周四开到 20:30，其余 17:30；门口已贴时间。"),
    Saying("licence", "想在{road}开个小面馆，办食品经营许可要带什么？", "身份证、租赁合同、平面图，到街道窗口有人代办，周三上午市监也在。"),
    Saying("staffing", "店里想招一个白班收银，哪里可以登记？", "登在本周菜单“找人手”里，周五贴出来，不收钱。"),
    Saying("parking", "周末{road}菜场门口能不能停十分钟买菜？", "南侧白框内可停 15 分钟，超过会劝离。"),
    Saying("surroundings", "大件垃圾该放哪里，怕放错了被说。", "每天 9:00 至 16:00 放{road}尽头的大件点，打物业电话也有人上门收。"),
    Saying("noise", "{road}夜里施工是批准的吗？", "是供水抢修，到本周五为止，22:30 以后不破路面。"),
    Saying("other", "共享雨伞借了没带回来，算不算钱？", "不算，三天内还到任何一家有标志的店就行。"),
    Saying("facilities", "小哥加油站晚上还有热水吗？", "24 小时有，门禁按一下骑手码或门铃。"),
    Saying("premises", "{road}有没有短租的小仓库？", "阵地一楼有临时寄存柜，大的可看街道的空置房源表，窗口能查。"),
    Saying("safety", "灭火器到期了去哪里换？", "周四上午消防站在{road}集中换药，凭店名登记，不收检测费。"),
    Saying("licence", "外摆一张桌子要不要报备？", "在试点路段画线内就行，报备表在窗口，当天办。"),
    Saying("staffing", "店员想学急救，有没有班？", "下月第二个周六有，报名在培训栏，名额 30 个。"),
    Saying("other", "优享券怎么只能在几家店用？", "参加的店自愿报名，现在 41 家，名单贴在站里，每月加一次。"),
    Saying("surroundings", "{road}花箱里的花谢了，什么时候换？", "每季换一次，这一季下周一换。"),
    Saying("dispute", "顾客的预付卡要不要登记？", "满 1,000 元的要备案，市监窗口教了怎么填，十分钟。"),
    Saying("parking", "电瓶车棚满了停哪里？", "{road}弄口新加了 20 个位子，昨天开用。"),
    Saying("other", "表扬一下上次来走访的两位，帮老人把轮椅抬上了台阶。", "已转告两位，谢谢您说一声。"),
    Saying("other", "志愿者马甲送得及时，下雨天有人扶老人过路口，很好。", "已转告路口值守的队伍。"),
)  # fmt: skip

ELSEWHERE: tuple[Saying, ...] = (
    Saying("parking", "{road}路口红灯时间太长，左转一次只过三辆车。", "信号灯归交警管，请拨 12345 转交警支队，路口名写清楚。"),
    Saying("noise", "楼上半夜吵架摔东西，连着三天。", "请拨 110，由派出所上门；白天可以找居委会一起调解。"),
    Saying("dispute", "网上买的东西不给退，商家不回消息。", "消费纠纷请拨 12315，或在平台申请介入。"),
    Saying("facilities", "家里宽带三天断一次，运营商推来推去。", "通信服务请拨 12300 申诉。"),
    Saying("facilities", "小区门禁卡要收 50 元，太贵。", "这是小区里的事，先找物业和业委会；谈不拢，居委会可以一起开协调会。"),
    Saying("other", "孩子户口迁入要多少天？", "户籍由派出所办，办事窗口电话在站里的牌子上。"),
    Saying("staffing", "上一家公司欠我两个月工资。", "请到区劳动监察，或拨 12333；需要的话，站里的律师周五下午可以先看材料。"),
    Saying("premises", "中介收了定金不退。", "房产中介归房管部门管，请拨 12345 转住建，同时保留收据。"),
)  # fmt: skip

AGAIN: tuple[str, ...] = (
    "还是上次那件事：{words}",
    "我家也碰到了。{words}",
    "路过看到的，{words}",
    "隔壁店也这么说：{words}",
)

WAITING: tuple[Saying, ...] = (
    Saying("surroundings", "{road}转角的垃圾桶盖子掉了，下雨天汤水流一地。"),
    Saying("parking", "{road}人行道上停了三排共享单车，婴儿车推不过去。"),
    Saying("noise", "楼下理发店的音响从早放到晚，能不能小声点？"),
    Saying("safety", "{road}有一块井盖一踩就响，怕小孩踏空。"),
    Saying("facilities", "晚上{road}中段两盏路灯不亮，骑车要靠手机照。"),
    Saying("other", "建议中午给骑手留一排有棚的位子，雨天没地方躲。"),
    Saying("licence", "想改店招，尺寸和灯光有没有规定？"),
    Saying("surroundings", "{road}后巷又有人倒油水，下水道堵了，味道很重。"),
    Saying("premises", "听说{road}这一排要收回，租约还有两年，能不能给个准信？"),
    Saying("dispute", "楼里公共走廊谁来打扫说不清，已经吵了两次。"),
    Saying("facilities", "公厕洗手池的水龙头关不紧，一直流。"),
)  # fmt: skip

OPEN_MATTERS = 14  # that many more say what an open matter already says


@dataclass(frozen=True, slots=True)
class Subject:
    """A topic: title, why, what became of it (a state of `grid.chain.topic_states`) and the words of the result."""

    title: str
    words: str
    category: str
    state: str
    outcome: str = ""
    voices: tuple[str, ...] = ()


SUBJECTS: tuple[Subject, ...] = (
    Subject("{road}外摆到几点收", "外摆热闹，楼上也要休息，想定一个大家都认的时间。", "noise", "resolved", "平日 21:30、周末 22:30 收摊，街委会轮值劝导，每季看一次。", ("外摆收摊能不能早一点，周日晚上要哄孩子。", "外摆别一刀切，周末晚点没关系。")),
    Subject("给骑手留一处避风等单的地方", "冬天骑手站在风口等单，店里坐不下。", "facilities", "resolved", "用阵地沿街一间做避风点，装两条长凳和充电口，骑手自己轮值打扫。", ("骑手等单能不能有个避风的地方？", "等单的骑手把店门口堵住了，给他们找个地方吧。")),
    Subject("弄口卸货和居民停车怎么错开", "早上卸货、晚上停车，两头抢同一段路边。", "parking", "resolved", "6:00 至 20:00 归商户卸货，其余归居民，画线挂牌，试三个月。", ("弄口卸货能不能早点，七点后居民要出车。",)),
    Subject("{road}后巷轮流冲洗", "后巷是六家餐饮共用，谁冲洗一直说不清。", "surroundings", "resolved", "六家排表，一家一天，水费平摊，排水口每周清一次。"),
    Subject("楼里公共冰箱和微波炉放哪里", "上班的人带饭，没有地方热。", "facilities", "resolved", "放在十楼茶水间，物业管电，各家轮值清洁。"),
    Subject("放学一小时由谁看路口", "放学时段车多，家长和商户都愿意出人。", "safety", "resolved", "家长两人、商户一人一组，志愿服务系统排班。", ("放学时路口车太快，有没有人管一管？",)),
    Subject("小店垃圾分类的投放时间", "小店打烊晚，定时投放赶不上。", "surroundings", "resolved", "22:00 至 23:00 加开一次，由清运方收。"),
    Subject("沿街空铺临时给手艺人用", "空铺贴着招租，街面冷清。", "premises", "resolved", "业主同意的三间，按周借给手艺人，水电自理，街道登记。"),
    Subject("周末市集的摊位怎么排", "摊位先到先得，有人天天占好位子。", "other", "resolved", "抽签定位，每四周换一次，本街区小店留三成。", ("市集摊位能不能轮流？每次都是那几家。",)),
    Subject("宠物友好店的标志", "带狗进店要先问，常常尴尬。", "other", "resolved", "自愿挂标志，牵绳、带袋两条约定写在标志上。"),
    Subject("老楼加装扶手的顺序", "钱一次不够，先装哪几栋要大家认。", "safety", "resolved", "按 70 岁以上住户数排，先装三栋，公示一周没有异议。"),
    Subject("快递车停哪里", "快递三轮早晚占消防通道。", "parking", "resolved", "弄口西侧画 6 个位，限停 30 分钟，站点签承诺。", ("快递车堵在单元门口，轮椅出不来。",)),
    Subject("共享雨伞和急救箱放哪几家", "放得下、开得晚、愿意管的店才行。", "other", "resolved", "九家店认领，店员学急救，每月查一次箱子。"),
    Subject("楼宇午间理发、修补上门", "白领白天出不去，想请小店进楼。", "other", "resolved", "每周三中午，四家小店轮流进楼，物业给场地。"),
    Subject("冬天店门口的棉帘颜色", "各挂各的，看着乱，换统一的谁出钱。", "surroundings", "resolved", "不统一颜色，破了的换掉；街道不出钱，也不强求。"),
    Subject("{road}路名牌下的黑板谁来写", "黑板一直空着，想写点街上的事。", "other", "resolved", "裁缝铺、书店、小学三家轮，一周一换。"),
    Subject("夜间骑手按喇叭", "取餐时按喇叭，楼上孩子被吵醒。", "noise", "scheduled", "", ("半夜取餐别按喇叭了，住楼上真的睡不好。", "骑手按喇叭是怕超时，能不能在门口装个灯？")),
    Subject("菜场改造期间摊位去哪里", "改造要四个月，四十来个摊主要过渡。", "premises", "scheduled", "", ("菜场要修，我的摊怎么办？",)),
    Subject("小餐饮合用一个油水分离器", "一家装太贵，三家合用管子怎么走要商量。", "surroundings", "scheduled"),
    Subject("{road}要不要单行", "双向都堵，单行又怕绕。", "parking", "proposed", "", ("建议改单行，对开的车天天顶牛。", "千万别单行，送货要绕一大圈。")),
    Subject("中午十二点前后的电梯怎么排", "外卖和上班的人挤一部，等十分钟。", "facilities", "proposed", "", ("中午电梯等太久，外卖都凉了。",)),
    Subject("给独居老人留一把备用钥匙", "出过一次敲门没人应，想有个办法。", "safety", "proposed"),
    Subject("小店橱窗灯几点关", "亮着好看，楼上嫌晃眼。", "noise", "proposed", "", ("橱窗灯半夜照进卧室。",)),
    Subject("暑假孩子在店里没人管", "双职工和店主的孩子放假只能待在店里。", "other", "proposed", "", ("暑假孩子在后厨跑，有没有托管？", "能不能办个暑托，店里看着孩子做不了生意。")),
    Subject("旧衣回收箱合并成几个", "一条路七个箱子，经常满出来。", "surroundings", "proposed"),
    Subject("主播探店前先打个招呼", "探店的突然来拍，客人不愿意入镜。", "other", "proposed"),
    Subject("把{road}的树穴盖板补齐", "树穴凹下去，老人绊过脚。", "safety", "declined", "这是养护范围里的事，不用议，已登记为事项去补。"),
    Subject("每家店出 200 元装门头灯", "想让街面亮一点。", "facilities", "declined", "向商户收费没有依据，改为申请街道的亮化经费，明年一季度再看。"),
    Subject("骑手歇脚点再加一处", "第二网格离现有的点远。", "facilities", "merged"),
    Subject("外摆的音响", "外摆时放音乐，声音忽大忽小。", "noise", "merged"),
    Subject("统一门口地垫", "想让门口整齐。", "other", "withdrawn"),
)  # fmt: skip
MERGED = {"骑手歇脚点再加一处": "给骑手留一处避风等单的地方", "外摆的音响": "{road}外摆到几点收"}
