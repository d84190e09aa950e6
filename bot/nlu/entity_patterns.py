"""Entities with an open vocabulary but a regular shape: hospitals and injuries of a body part."""

from __future__ import annotations

import re

from bot.text.candidates import Candidate

# A name does not run back over these: verbs, particles and pronouns that stand before a place.
_STOP = "个怎样向在去到住从往送于进把我你他她它们的了是跟与或被给来回过着就都这那哪有没要想问找让请按让离对由当时候，。！？；：、,.!?;:\\s（）()"
_HOSPITAL = re.compile(
    rf"(?P<name>[^{_STOP}]{{1,10}}?)(?P<kind>医院|卫生院|卫生所|卫生服务中心|诊所|保健院|疾控中心)(?:[东南西北]?院区|分院|[东西南北]院)?"
)
_SHORT_HOSPITAL = re.compile(
    rf"(?:(?:[省市区县]|[^{_STOP}]{{2}}(?:市|大学)?)(?:附?[一二三四五六]院|中医院|人民医院|妇幼|儿童医院)|[^{_STOP}]{{2}}附[一二三]|和睦家|北京协和|协和|湘雅|华西|同济|瑞金|301医院)"
    r"(?![\u4e00-\u9fff]?医院)"
)
_GENERIC_HOSPITAL = re.compile(
    r"^(?:地|当地|你们|哪[家些个]|这[家个些]|那[家个些]|什么|任何|其他|别的|所有|一[家个些]|两[家个]|几[家个]|外地|异地|本地|当地|定点|非?指定|公立|私立|民营|私人|合作|附近|普通|大|小|好|同[一]?家?|"
    r"二级|三级|一级|三甲|二甲|[二三]级甲等|二级以上|二级及以上|正规|社区|[^省市县区]{0,3}村|专科|综合|国外|境外|海外|国内|点|定|跑|网络|直付|签约|网点|住院|县级|乡镇|不同|另一家|"
    r"[二三]级公立|二级及以上公立|二级以上公立|部分|全国|宠物|动物|整形|牙科|口腔|康复|昂贵|民营|基层|公办|互联网|绿通|私|牙|看病|乡下|老家|下面|体检|非定点)+的?$"
)

_PART = (
    r"(?:[左右双两](?:侧|边)?)?(?:手臂|胳膊|手腕|手指头?|手掌|手|脚踝|脚腕|脚趾|脚|脚后跟|小腿|大腿|腿|膝盖|膝关节|膝|髌骨|肋骨|锁骨|腰椎|胸椎|颈椎|脊椎|尾椎|腰|头部?|头皮|"
    r"额头|脸部?|面部|鼻梁骨?|鼻骨|眼睛|眼|耳朵|牙齿|门牙|牙|肩膀|肩|骨盆|盆骨|股骨|胫骨|桡骨|腓骨|跟骨|踝关节|踝|髋关节|髋骨|肘|跟腱|韧带|后背|背|皮肤|[食中拇]指|脚筋|手筋|骨头)"
)
_HARM = r"(?:粉碎性骨折|骨折|骨裂|脱臼|脱位|划伤|割伤|擦伤|扭伤|拉伤|烧伤|烫伤|砸伤|压伤|夹伤|挫伤|摔伤|撞伤|咬伤|断裂|撕裂|受伤|摔断|缝了?[一二三四五六七八九十\d]+针|断了|摔断了|崴了|扭了|骨折了|划破|磕破|磕掉|肿了)"
_INJURY = re.compile(
    rf"{_PART}{_HARM}|摔断了?{_PART}|崴了?{_PART}|{_PART}崴|(?:扭|闪)了?(?:到了?)?{_PART}|{_PART}扭(?!头|矩)"
)


def find_hospitals(folded: str) -> list[Candidate]:
    """Named hospitals; 医院 alone, 定点医院, 三甲医院 and the like name none."""
    found = []
    for match in _HOSPITAL.finditer(folded):
        name = re.sub(
            r"^(?:.*(?<![协仁人泰永同])和|就诊|住院|手术|急诊|转院|送医|一趟|看病|换成|认|看|跑|银行|医保|送|转|就)",
            "",
            match["name"],
        )
        if not name or _GENERIC_HOSPITAL.match(name):
            continue
        start = match.end("name") - len(name)
        found.append(Candidate("hospital", start, match.end(), folded[start : match.end()]))
    for match in _SHORT_HOSPITAL.finditer(folded):
        found.append(Candidate("hospital", match.start(), match.end(), match[0]))
    return found


def find_injuries(folded: str) -> list[Candidate]:
    """右腿骨折, 崴了脚: a part of the body and what happened to it."""
    return [Candidate("illness", match.start(), match.end(), match[0]) for match in _INJURY.finditer(folded)]
