"""What customers say in the turn benchmark, as people write it: a claim in ten messages, and what is asked besides.

Every message is drawn from wordings of equal effect and filled with random names, days, places and numbers, so that texts seldom
repeat and no cache of either system holds the answer. The draw is the caller's, so that both systems can be told the same.
"""

from __future__ import annotations

from datetime import date, timedelta
from random import Random


def _pool(wordings: str) -> tuple[str, ...]:
    return tuple(wordings.split("|"))


SURNAMES = (
    "王李张刘陈杨黄赵周吴徐孙马朱胡郭何林罗郑梁谢宋唐许邓冯韩曹曾彭萧蔡潘田董袁于余叶蒋杜苏魏程吕丁沈任姚卢傅钟姜"
)
HONORIFICS = _pool("先生|女士|师傅|老师|小姐|阿姨")
CITIES = _pool(
    "深圳市南山区|深圳市福田区|广州市天河区|广州市海珠区|上海市徐汇区|上海市浦东新区|北京市朝阳区|"
    "北京市海淀区|杭州市西湖区|杭州市余杭区|成都市武侯区|成都市高新区|武汉市江汉区|南京市鼓楼区|苏州市姑苏区|"
    "长沙市岳麓区|西安市雁塔区|重庆市渝北区|天津市河西区|郑州市金水区|青岛市市南区"
)
ROADS = _pool(
    "科苑路|人民路|中山路|解放路|建设路|和平路|文化路|长江路|黄河路|新华路|学院路|滨河路|迎宾路|光明路|幸福路|"
    "江南大道|湖滨路|青年路|桃园路|星海街|兴业街|花园路|翠竹路|东风路"
)
ROOMS = _pool("客厅|主卧|次卧|书房|厨房|儿童房|餐厅|过道|玄关|阳台")
SPOILT = _pool(
    "木地板|地板|衣柜|沙发|床垫|橱柜|电视柜|墙纸|冰箱|钢琴|书柜|门套|地毯|洗衣机|电视机|空调|餐桌|吊顶|窗帘|踢脚线"
)
LEAKS = _pool(
    "洗衣机水管|厨房水管|热水器接头|暖气管|马桶进水管|洗手盆下面的软管|净水器的管子|楼上的水管|卫生间的水管|"
    "阳台的水管|地暖管|水表后面的接头"
)
HOURS = [
    *(("凌晨", hour) for hour in "一两三四五"),
    *(("早上", hour) for hour in "六七八"),
    *(("下午", hour) for hour in "一两三四五六"),
    *(("晚上", hour) for hour in "六七八九"),
]

GREETINGS = _pool(
    "你好|您好|你好呀|您好啊|早上好|上午好|下午好|晚上好|在吗|哈喽|你好，在吗|您好，在吗|嗨，你好|hello|您好，请问在吗|早啊|有人在吗|"
    "客服你好"
)
# As they are, not to be filled: by them stock Rasa's customer knows what to press.
REPORTS = _pool(
    "我要报案|我想报案|报案|你好我要报案|我要报个案|我想报个案|帮我报案|麻烦帮我报案|在这里报案吧|"
    "我这边要报案|请帮我报一下案|我现在要报案|想在线报案|你好，报案|我有个案子要报|要报案的"
)
LINES = _pool(
    "家里的财产|家里的东西|家财险|家庭财产险|家财|是家里的财产|家里财产|属于家财险的|保的是家里的财产|"
    "家财险那个|是家财险|家里的财物|我家里的东西|家里面的财产|家财险这一类"
)
UNHURT = _pool(
    "没有人受伤|没人受伤|没有受伤|没有，人都没事|人没事|没有人伤着|没人伤着|没伤到人|都没受伤|"
    "没有，大家都好好的|人都没事|没有伤到人|没有人受伤，放心|没，人都好着呢|家里人都没受伤"
)
TIMES = _pool(
    "{day}{clock}|{day}{clock}左右|大概{day}{clock}|是{day}{clock}|{day}{clock}的样子|就是{day}{clock}|"
    "应该是{day}{clock}|{day}{clock}发现的|{day}差不多{clock}|好像是{day}{clock}|{day}{clock}的事|"
    "我记得是{day}{clock}"
)
PLACES = _pool(
    "{city}{road}{number}号|{city}{road}{number}号{flat}|在{city}{road}{number}号|"
    "就在我家，{city}{road}{number}号|地址是{city}{road}{number}号|{city}{road}{number}号院{flat}|"
    "{city}{road}和{road2}路口旁边的小区|家里，{city}{road}{number}号|{city}{road}{number}号楼|"
    "{city}{road}{number}弄{flat}|我家在{city}{road}{number}号{flat}|{city}，{road}{number}号"
)
STORIES = _pool(
    "{leak}爆了，{room}的{thing}全泡了|{leak}裂了，{room}{thing}和{thing2}都被水泡了|"
    "{leak}漏水，把{room}的{thing}泡坏了|{leak}裂开漏水，{room}的{thing}全湿透了|"
    "{leak}半夜爆开，水淹了{room}，{thing}鼓起来了|{leak}老化断了，{thing}泡水不能用了|"
    "{leak}松了一直漏，{room}的{thing}发霉变形|{leak}突然爆裂，{room}积了{depth}厘米的水，{thing}坏了|"
    "{leak}爆裂漏水，{room}{thing}都泡坏了|{leak}破裂，{room}的{thing}、{thing2}都泡坏了|"
    "{leak}冻裂了，水流到{room}，{thing}泡坏了|{leak}接口掉了，{room}的{thing}泡了{hours}个小时|"
    "{leak}漏了一夜，{room}的{thing}泡坏了|{leak}崩开了，{room}一地水，{thing}和{thing2}不能用了"
)
PHONES = _pool(
    "{phone}|我的手机号是{phone}|手机{phone}|手机号{phone}|电话{phone}|{phone}就行|联系{phone}|"
    "就打{phone}吧|{phone3}|手机是{phone3}|号码是{phone}|{phone}，找{name}"
)
CONFIRMS = _pool(
    "确认|确认提交|对，提交吧|没问题，提交|都对，提交吧|是的，确认|好的，确认|没错，确认|确认无误|可以，提交|"
    "对的，确认|提交吧|确认，提交|嗯，确认"
)
THANKS = _pool(
    "谢谢|谢谢你|谢谢您|多谢|好的谢谢|谢谢啦|非常感谢|太感谢了|感谢|麻烦你了，谢谢|辛苦了，谢谢|好，谢谢|谢了|"
    "那谢谢了|好的，谢谢你|谢谢，没别的事了"
)
PAPERS = _pool(
    "报案要准备什么材料|理赔要哪些材料|{thing}泡水了理赔要准备什么材料|理赔需要什么资料|理赔材料有哪些|"
    "申请理赔要带什么材料|我家{thing}坏了，理赔材料要哪些|家财险理赔要什么材料|报案之后要交什么材料|"
    "赔{thing}要提供哪些资料|理赔的时候要准备哪些单据|{room}的{thing}坏了要交哪些理赔材料|"
    "理赔要不要发票，还要什么材料|索赔需要提供什么资料"
)
ROBOTS = _pool(
    "你是机器人吗|你是真人吗|你是人还是机器人|跟我说话的是机器人吧|你是不是机器人|你是人工还是机器人|"
    "我在和机器人聊天吗|你不会就是个程序吧|你不会是机器人吧|请问你是真人还是机器人|你是AI吗|你是不是真人|"
    "对面是真人吗"
)
CLAIM = (GREETINGS, REPORTS, LINES, UNHURT, STORIES, TIMES, PLACES, PHONES, CONFIRMS, THANKS)
# The long conversation's rounds of four, always in this order: the same kind of message stands at turns 10, 100 and 1,000.
SMALL_TALK = (GREETINGS, THANKS, PAPERS, ROBOTS)
CLAIM_EVERY, CLAIM_AT = 100, 51  # a whole claim from turn 51 of each hundred on: away from the turns that are shown


def claim_conversation(draw: Random | None = None) -> list[str]:
    """Ten turns: greet, report a claim through the whole form, confirm, thank. Without `draw` each time others."""
    draw = draw or Random()
    return [_fill(pool, draw) for pool in CLAIM]


def long_talk(turns: int, draw: Random) -> list[str]:
    """Small talk, and a whole claim in every hundred turns."""
    talk: list[str] = []
    while len(talk) < turns:
        if len(talk) % CLAIM_EVERY == CLAIM_AT - 1:
            talk += claim_conversation(draw)
        talk.append(_fill(SMALL_TALK[len(talk) % len(SMALL_TALK)], draw))
    return talk[:turns]


def _fill(pool: tuple[str, ...], draw: Random) -> str:
    surname = draw.choice(SURNAMES)
    phone = f"1{draw.choice('35789')}{draw.randrange(10**9):09d}"
    things, roads = draw.sample(SPOILT, 2), draw.sample(ROADS, 2)
    return draw.choice(pool).format(
        surname=surname,
        name=surname + draw.choice(HONORIFICS),
        day=_day(draw),
        clock=_clock(draw),
        city=draw.choice(CITIES),
        road=roads[0],
        road2=roads[1],
        number=draw.randrange(1, 400),
        flat=f"{draw.randrange(1, 30)}栋{draw.randrange(1, 33)}0{draw.randrange(1, 7)}",
        leak=draw.choice(LEAKS),
        room=draw.choice(ROOMS),
        thing=things[0],
        thing2=things[1],
        depth=draw.randrange(2, 20),
        hours=draw.randrange(2, 9),
        phone=phone,
        phone3=f"{phone[:3]} {phone[3:7]} {phone[7:]}",
    )


def _day(draw: Random) -> str:
    """At any hour it has been: at least a day ago. Not ten: such a report goes to a person, who does not answer here."""
    day = date.today() - timedelta(days=draw.randrange(2, 9))
    return draw.choice(("昨天", "前天", "大前天", f"{day.month}月{day.day}号", f"{day.month}月{day.day}日"))


def _clock(draw: Random) -> str:
    half, hour = draw.choice(HOURS)
    return f"{half}{hour}点{draw.choice(('', '半', '十分', '二十', '一刻', '四十', '十五分'))}"
