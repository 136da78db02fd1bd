"""What a text of the lists is about, as terms that can be compared. Pure.

Chinese is written without spaces, and a word list of the whole language would be a large thing to carry for texts of
thirty characters. Two kinds of terms do: *concepts*, groups of words that people use for the same thing in this field
(`CONCEPTS`, editable here), and pairs of neighbouring characters of what is left. Pairs that hold no meaning by
themselves are stopped. How much a term weighs is decided by how rare it is in the lists themselves.
"""

from __future__ import annotations

import functools
import re
import unicodedata

# Each line is one thing with the words people use for it; the first is the one that is shown.
CONCEPTS: tuple[tuple[str, ...], ...] = tuple(
    tuple(line.split())
    for line in """
骑手 外卖员 快递员 送餐员 小哥 跑单 跑夜单 送餐 站点 外卖
主播 直播 带货 开播 播的时候
党课 讲党课 微党课
组织生活 组织生活会 主题党日 党日
发展党员 入党 积极分子 预备党员
党费 组织关系 关系转接 流动党员
新书记 名书记 老书记 带教 传帮带
三会一课 会议记录
结对 共建 联建
公益 志愿 志愿者 志愿服务
红色 场馆 史料 陈列馆 纪念馆 旧址
社保 社会保险 灵活就业 断缴 补缴 养老保险 医保
合同 协议 条款 违约金
劳动 用工 外包 劳务 雇佣
工伤 受伤 摔了 事故赔偿
律师 法律 维权
招聘 招工 招不到人 求职 用人
报税 税务 办税 个税 纳税人 申报 发票 汇算
贷款 贴息 普惠 融资 周转
收款 手续费 扫码 费率
公积金
商标 专利 知识产权 牌子
人才公寓 公寓 租房
租金 房租 租赁 减免
店招 招牌 门头
油烟 净化器 排烟
垃圾 湿垃圾 干垃圾 厨余 分类
食品安全 后厨 快检 卫生检查
消防 灭火器 燃气 火灾 逃生
急救 除颤仪 AED 心肺复苏 海姆立克
反诈 诈骗 骗子 冒充
交通安全 交警 路口 头盔
电商 网店 上网 开店铺
剪辑 视频 短视频
公众号 新媒体 账号 选题
文案 拍照 商品照
摄影 拍摄 影像 拍街区
体检 血压 血脂 心电 查身体
两癌 筛查 妇科
中医 推拿 针灸 理疗 腰腿 腰腿疼 腰腿痛
颈椎 腰椎 颈肩 康复 肩颈
口腔 牙 洁牙 护牙
疫苗 流感 接种
献血
心理 减压 压力 睡眠 睡不好 情绪 焦虑
八段锦 拉伸 健身 运动
亲子 带孩子 孩子一起
暑假 暑托 放暑假
放学 课后 看作业
手工 手作 烘焙 插花
联谊 相亲 单身 交友
篮球 球赛 裁判
合唱 唱歌 声部
读书 图书 领读 看书 书目
英语 口语
停车 车位 错峰 临停 停放
换电 充电柜 换电柜
充电 热水 歇脚 休息点 加油站
热饭 热汤 盒饭 午餐 餐点 吃饭
防暑 清凉 凉茶 藿香正气水 高温
保暖 手套 雨衣 护膝 防寒
工会 入会 会员
便民 理发 磨刀 修伞 缝补
老人 独居 敬老 孤老 为老
慰问 看望 敲门
优惠 优惠券 发券 折扣 打折
接待 接待日 坐班
直播间 直播空间 直播互动新空间 录音棚
会议室 活动室 组织生活室 场地 教室
年会 演出 舞台
资料 书籍 学习资料 手册 党史 党章
培训班 集中培训
创业 退役军人 退伍
退货 投诉 无理由 退款纠纷
广告法 红线 话术 不能说
开户
亮灯 路灯 照明 太暗 暗
楼道 堆物 杂物
进楼 上楼 进门难
商量 协商 坐下来 三方谈
无障碍 坡道 台阶 轮椅
电梯
手语 听障
乒乓球 器材
实习 实习生
""".strip().splitlines()
)
# These say for whom, which the lists have a field for; as words they tell little.
WHO = frozenset({"#骑手", "#主播"})
_STOP = frozenset(
    "的了想要有不一个是在和能就也还没这那把被给请到来去再都会怎么哪些什么谁几说又很老总着过上下里外做用为对与及或可以每讲们我他她它店楼人次年月日天半小时分钟二三四五六七八九十"
)
_RUN = re.compile(r"[\u4e00-\u9fff]+|[a-z0-9]+")


def plain(text: str) -> str:
    """Full width and upper case folded.

    >>> plain("ＡＥＤ 急救")
    'aed 急救'
    """
    return unicodedata.normalize("NFKC", text).lower()


@functools.cache
def _lexicon() -> tuple[re.Pattern[str], dict[str, str]]:
    named = {plain(word): group[0] for group in CONCEPTS for word in group}
    longest_first = sorted(named, key=len, reverse=True)
    return re.compile("|".join(re.escape(word) for word in longest_first)), named


def terms(text: str) -> dict[str, int]:
    """The terms of a text and how often each stands there: concepts as `#word`, pairs of characters as they are.

    >>> sorted(terms("跑单的想喝热水"))
    ['#充电', '#骑手']
    """
    pattern, named = _lexicon()
    folded = plain(text)
    found: dict[str, int] = {}
    for hit in pattern.finditer(folded):
        key = f"#{named[hit.group()]}"
        found[key] = found.get(key, 0) + 1
    for run in _RUN.findall(pattern.sub("，", folded)):
        for pair in _pairs(run):
            found[pair] = found.get(pair, 0) + 1
    return found


def _pairs(run: str) -> list[str]:
    if run.isascii():
        return [run] if len(run) > 1 and not run.isdecimal() else []
    pairs = (run[at : at + 2] for at in range(len(run) - 1))
    return [pair for pair in pairs if not _STOP.intersection(pair)]


def shown(term: str) -> str:
    """A term as a person reads it."""
    return term.removeprefix("#")
