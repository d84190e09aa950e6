"""The words a speaker repairs his own sentence with, and the words around them that show he tells of something else."""

from __future__ import annotations

import re

SOFT = r"[\s，,。.、；;！!？?：:…~～]"
SIGH = r"[哦噢喔啊哎诶欸呃嗯唉额呀]"
# 不对劲, 不对头, 不对称: words of their own.
_OWN_WORD = r"(?!劲|头|称|外|付|口味|路|等|起|账|症|味|着|调|盘|版|齐|焦|号(?!码))"
# After a bare "哦不" the new words begin at once, or after a pause: 嗯不在北京 and 啊不对称 deny something.
_RESTARTS = (
    rf"(?={SOFT}|我|$|[0-9零幺两二三四五六七八九十京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新]|一[百千万月号点]"
    r"|[昨今明]天|前天|后天|大前天|[上下]个?[周午月]|周[一二三四五六日]|早上|晚上|中午)"
)
MARK = re.compile(
    rf"(?P<sigh>{SIGH}+{SOFT}{{0,2}})?(?:"
    rf"(?P<no>不是不是|不对不对|不不+(?:是|对)?|不对{_OWN_WORD}|(?:(?<={SIGH})|(?<={SIGH}{SOFT}))不(?:是|对{_OWN_WORD})?{_RESTARTS})"
    # Bounded: 刚刚 is 刚 said twice too, and a long row of them would be read in ever more ways.
    r"|(?:我|刚才|刚刚|刚|前面|上面|又|好像|可能|不好意思|抱歉|对不起){0,6}?"
    r"(?P<wrong>[说讲报念记输写打填弄搞选点发听看](?:错了?|反了)|错了|口误了?|(?:更正|纠正)一下)"
    rf"|(?P<wait>(?<={SOFT})不是?(?={SOFT})|(?<={SOFT})不(?=[0-9零幺二三四五六七八九十]|一[百千万]|两[百千万点])|等一下|等等|等下|等会儿?|慢着|稍等))"
)
BARE_NO = re.compile(rf"{SIGH}{SOFT}*不是?$")
PAUSE = re.compile(rf"(?:{SOFT}|{SIGH}|的(?={SOFT})|了|吧(?={SOFT}))*")
# What may stand between the marker and the new value: "不对，我说的是大概…".
_INTRO = (
    rf"{SOFT}|{SIGH}|是|应该|就是|而|大概|差不多|可能|我|你|说|的|那个|记得|想|要|换|贷|借|交|给|还|写|填|选|报|改成|改为|为|在|到|手机|号码?|电话|车牌|"
    r"卡|尾|保单|身份证|时间|日期|地点|名字|姓名|金额|保额|叫|也|最多|只|用|第"
)
INTRO = re.compile(rf"(?:{_INTRO})*")
# Before a number that is said once more: "说错了，我再说一遍，…".
ANEW = re.compile(
    rf"(?:{_INTRO}|再[说报念来]一[遍次]|重新?[说报念来](?:一[遍次])?|再看(?:看|一下)|看看|看一下|编号|案|投诉)*"
)
# What may stand between the old value and the marker.
HEDGE = re.compile(
    r"(?:左右|前后|上下|多|来着|的时候|的样子|样子|那一?[张份个辆笔]|吧|的|了|元|块|岁|号|钱|人|天|个|那会儿?)*$"
)
# "没说错吧", "如果我没记错": nothing was wrong.
NEGATED = re.compile(r"(?:没有?|不会|别|怕|有没有|是不是|如果|要是|万一|哪里|哪儿|谁|怎么)(?:我|是|会)?$")
ASKED = re.compile(r"(?:的话|吧$|吗|没有?[吗呢？?]?$|怎么办|咋办)")
# After a marker without a pause only these go on: "不对应该是…", "不对最后一位是…".
GOES_ON = re.compile(
    rf"$|{SOFT}|{SIGH}|是(?!不是)|应该|我|改[成为]|最后|末|后[两二三四五六]|尾号|第.[位个]|开头|在(?!乎|意)"
)
_OTHERS = r"他们?|她们?|你们|您们|业务员|理赔员|客服|对方|查勘员|定损员|工作人员|医生|交警|警察|公司|那边|人家|有人|朋友|系统|代理人|销售"
TELLS_OF = re.compile(rf"(?:{_OTHERS})[^。；;！!？?]{{0,12}}$")
BY_OTHERS = re.compile(rf"{_OTHERS}|私自|偷偷|擅自|自动|被|已经|强行")
_NOUN = (
    r"地点|位置|地方|时间|日期|日子|电话|手机|号码|卡号|账号|单号|编号|车牌|名字|姓名|金额|保额|保费|比例|份额|关系|原因|经过|诉求|地址|"
    r"邮箱|受益人|驾驶人|评分|评价|打分|分数|满意度|司机|联系人|职业|用途|身份证|证件|医院|生日|期限|抬头|税号|户名|银行|手机号|伤情|那项|内容"
)
# The answer that is named, and nothing else: "刚才的地点", "新姓名".
LABEL = re.compile(
    rf"(?:刚才|刚刚|前面|上面|那个|这个|我|的|新|对方|事故|出险|出事|[他她]的)*(?:{_NOUN})[号码项里]*(?:我|刚才|刚刚|是|就|好像|可能|都|要|请|给我|帮我)*"
)
WRONG_LABEL = re.compile(rf"(?:^|{SOFT}){LABEL.pattern}(?:[说讲报写输填打念记]?错了?|不对)(?=$|{SOFT}|是|我|了|吧)")
# A clause of a story and no short phrase.
CLAUSE = re.compile(
    r"^(?:我(?!希望|要求|爱人|老婆|老公|媳妇|妈|爸|儿子|女儿|家|自己|本人|的|弟|哥|姐|妹|朋友|同事)|他|她|它|你|您|咱|就|才|还|没|不|也|都|又|因为|所以|但|可是|"
    r"结果|后来|然后|要|想|能|会|那(?!个|张|份|辆|边)|下来|一看|看|车(?!库|牌|站|间|损|主|险|位))|[吗呢么？?]$|怎么|为什么|没看|所以|因为|结果|发现|觉得|感觉|一看|导致"
)
NARRATES = re.compile(r"[着被把得说没不]|了.|觉得|发现|感觉|看到|听到")
NOT_BUT = re.compile(
    rf"(?<!不是)不是(?P<old>(?!不是)(?:(?!不对)[^，,。；;！!？?是]){{1,14}}?)(?P<gap>{SOFT}+(?:而是|是)|而是|是)(?P<new>.+)$",
    re.S,
)
BECOMES = re.compile(
    rf"^(?P<head>.{{0,20}}?)(?:{SOFT}*)(?:应该|要|请|都|就)*(?:改成|改为|更正为|更正成)(?!了)(?:是|{SOFT})*(?P<new>.+)$",
    re.S,
)
RATHER = re.compile(r"^(?P<head>.{0,10}?)应该是(?P<new>.+)$", re.S)
HALF_OF_DAY = re.compile(r"(?:凌晨|清晨|早上|早晨|上午|中午|下午|傍晚|晚上|半夜|夜里|深夜|今早|今晚|昨晚|早|晚)")
# A wish that is taken back for another: "我要退保 哦不 我要贷款".
_SLIP = rf"[说讲搞弄]错了|{SIGH}{SOFT}*不(?:是|对)?(?=我|{SOFT})|不是不是|不不不+"
INSTEAD = rf"(?:(?:(?<={SOFT}){SIGH}?(?:不对{_OWN_WORD}|算了))|{_SLIP})"
TAKES_BACK = re.compile(
    rf"(?:{SIGH}?(?:不对|不是|算了|错了)|{_SLIP})[\s，,。]*$|^(?:我)?(?:(?:说|问|要|查|想要?)的)?不是(?:要|想)?"
)
