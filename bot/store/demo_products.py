"""Fourteen made-up products with clause texts in plain words, for the demo only. They are nobody's real terms."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from bot.insurance.policy import LineOfBusiness

ONCE, YEARLY, MONTHLY = "一次交清", "年缴", "月缴"


@dataclass(frozen=True)
class Cover:
    """An item of cover; its sum is `part` of the policy's sum insured."""

    title: str
    part: str
    clause: str
    text: str


@dataclass(frozen=True)
class DemoProduct:
    """What all policies of a product share. `years` None is whole life; `rate` is the premium per 1,000 yuan insured."""

    code: str
    name: str
    terms_version: str
    line: LineOfBusiness
    sums: tuple[int, ...]
    rate: str
    covers: tuple[Cover, ...]
    exclusions: tuple[tuple[str, str], ...]
    years: int | None = 1
    pay_mode: str = ONCE
    payments: int = 1
    waiting_days: int = 0
    deductible: Decimal = Decimal(0)
    cooling_off_days: int = 0
    has_cash_value: bool = False
    names_beneficiaries: bool = False

    @property
    def is_long(self) -> bool:
        return self.years is None or self.years > 1


_WAR = "战争、军事冲突、暴乱或武装叛乱，核爆炸、核辐射或核污染造成的损失，我们不承担责任"
_INTENT = "投保人对被保险人的故意杀害、故意伤害，我们不承担给付责任"
_CRIME = "被保险人故意犯罪，或者抗拒依法采取的刑事强制措施期间发生的事故，我们不承担给付责任"
_DRUNK = "被保险人酒后驾驶、无有效驾驶证驾驶或者驾驶没有有效行驶证的机动车，我们不承担给付责任"
_DRUGS = "被保险人主动吸食或注射毒品，我们不承担给付责任"
_SUICIDE = (
    "合同成立或者效力恢复之日起 2 年内被保险人自杀（自杀时无民事行为能力的除外），我们不给付身故保险金，退还现金价值"
)
_PRE_EXISTING = "投保前已经患有、且在投保时询问到却没有如实告知的疾病，我们不承担给付责任"
_BEAUTY = "整形、美容、减重、近视矫正、牙齿矫正以及以体检、疗养为目的的住院费用，我们不赔付"
_BIRTH = "怀孕、流产、分娩以及不孕不育治疗的费用，我们不赔付"
_EXTREME = "潜水、跳伞、攀岩、蹦极、赛车、滑翔等高风险运动中发生的事故，我们不承担责任，合同另有约定的除外"

DEMO_PRODUCTS: tuple[DemoProduct, ...] = (
    DemoProduct(
        code="MTC",
        name="机动车交通事故责任强制保险",
        terms_version="2020 版",
        line=LineOfBusiness.MOTOR,
        sums=(200000,),
        rate="4.75",
        covers=(
            Cover(
                "死亡伤残赔偿",
                "0.9",
                "第八条",
                "被保险机动车发生道路交通事故，造成本车人员和被保险人以外的受害人死亡、伤残的，在死亡伤残限额内赔偿",
            ),
            Cover(
                "医疗费用赔偿",
                "0.09",
                "第八条",
                "受害人的医药费、诊疗费、住院费、住院伙食补助费和必要的营养费，在医疗费用限额内赔偿",
            ),
            Cover("财产损失赔偿", "0.01", "第八条", "受害人的车辆和其他财物损失，在财产损失限额内赔偿"),
        ),
        exclusions=(
            ("第十条", "受害人故意造成的交通事故的损失，不赔偿也不垫付"),
            ("第十条", "被保险人自己的财产、被保险机动车上的财产的损失，不赔偿"),
            ("第十条", "停驶、停电、停产、贬值等间接损失，以及仲裁、诉讼费用，不赔偿"),
            ("第九条", "驾驶人没有驾驶资格或者醉酒、车辆被盗抢期间肇事的，只垫付抢救费用，并有权向致害人追偿"),
        ),
    ),
    DemoProduct(
        code="MCV",
        name="顺安机动车商业保险",
        terms_version="2024-03",
        line=LineOfBusiness.MOTOR,
        sums=(1000000, 2000000, 3000000),
        rate="1.6",
        covers=(
            Cover(
                "第三者责任",
                "1",
                "第二十条",
                "使用被保险机动车过程中发生意外，致第三者人身伤亡或财产直接损毁，依法应由被保险人承担的部分，对超出交强险限额的金额在责任限额内赔偿",
            ),
            Cover(
                "机动车损失",
                "0.08",
                "第六条",
                "碰撞、倾覆、坠落、火灾、爆炸、自然灾害、被盗抢等原因造成被保险机动车的直接损失，以及必要合理的施救费用",
            ),
            Cover(
                "车上人员责任（司机）",
                "0.01",
                "第三十四条",
                "使用过程中发生意外，致司机伤亡，依法应由被保险人承担的部分",
            ),
            Cover(
                "车上人员责任（乘客，每座）",
                "0.01",
                "第三十四条",
                "使用过程中发生意外，致乘客伤亡，依法应由被保险人承担的部分，按座位计算",
            ),
        ),
        exclusions=(
            (
                "第八条",
                "驾驶人饮酒、吸毒后驾驶，无证驾驶，或者事故后逃离现场、伪造现场，不论什么原因造成的损失都不赔偿",
            ),
            ("第九条", "车辆在竞赛、测试期间，或者在营业性场所维修、保养、改装期间的损失，不赔偿"),
            ("第十条", "自然磨损、朽蚀、故障、轮胎单独损坏、市场价格变动造成的贬值，不赔偿"),
            ("第二十二条", "被保险人及其家庭成员、本车驾驶人及其家庭成员的人身伤亡和财产，不属于第三者责任"),
        ),
    ),
    DemoProduct(
        code="HMM",
        name="康佑百万医疗保险",
        terms_version="2025-01",
        line=LineOfBusiness.HEALTH,
        sums=(2000000, 4000000),
        rate="0.2",
        covers=(
            Cover(
                "一般医疗",
                "0.5",
                "第七条",
                "等待期后因疾病、或因意外伤害在二级及以上公立医院普通部住院，合理且必要的医疗费用超过年免赔额的部分，经医保结算的按 100% 赔付，未经医保结算的按 60% 赔付",
            ),
            Cover(
                "重大疾病医疗",
                "1",
                "第八条",
                "初次确诊合同约定的重大疾病后的住院、特殊门诊、住院前 30 天和后 30 天门诊费用，没有免赔额，赔付比例同一般医疗",
            ),
            Cover("质子重离子治疗", "0.5", "第九条", "经约定医院诊断确需质子、重离子放射治疗的费用"),
        ),
        exclusions=(
            ("第十五条", "等待期内确诊的疾病，其后的治疗费用不赔付"),
            ("第十六条", _PRE_EXISTING),
            ("第十七条", _BEAUTY),
            ("第十七条", _BIRTH),
            ("第十八条", "特需部、国际部、外宾部、康复院、疗养院发生的费用，我们不赔付，合同另有约定的除外"),
        ),
        waiting_days=30,
        deductible=Decimal(10000),
    ),
    DemoProduct(
        code="HHB",
        name="安心住院医疗保险",
        terms_version="2024-06",
        line=LineOfBusiness.HEALTH,
        sums=(20000, 50000),
        rate="24",
        covers=(
            Cover(
                "住院医疗费用",
                "1",
                "第六条",
                "住院期间床位、手术、药品、检查费用，扣除医保已付部分和次免赔额后按 80% 赔付",
            ),
            Cover("住院津贴", "0.18", "第七条", "每住院一天给付一天津贴，每次最多 90 天，每年累计最多 180 天"),
        ),
        exclusions=(
            ("第十二条", "等待期内因疾病住院的费用不赔付，意外住院没有等待期"),
            ("第十三条", _PRE_EXISTING),
            ("第十四条", _BEAUTY),
            ("第十四条", "挂床住院、应当出院而没有出院期间的费用，我们不赔付"),
        ),
        pay_mode=MONTHLY,
        payments=12,
        waiting_days=60,
        deductible=Decimal(200),
    ),
    DemoProduct(
        code="CIW",
        name="守护重大疾病保险",
        terms_version="2024-10",
        line=LineOfBusiness.CRITICAL_ILLNESS,
        sums=(200000, 300000, 500000),
        rate="22",
        covers=(
            Cover(
                "重大疾病保险金",
                "1",
                "第二条第一款",
                "等待期后初次发生并经专科医生确诊合同所列重度疾病，给付一次，给付后本合同终止",
            ),
            Cover(
                "轻度疾病保险金", "0.3", "第二条第二款", "等待期后初次确诊合同所列轻度疾病，每种给付一次，累计最多三次"
            ),
            Cover("身故保险金", "1", "第二条第三款", "等待期后身故，给付基本保额；与重大疾病保险金不同时给付"),
        ),
        exclusions=(
            ("第三条第一项", _INTENT),
            ("第三条第二项", _CRIME),
            ("第三条第三项", _SUICIDE),
            ("第三条第五项", _DRUNK),
            ("第三条第七项", "遗传性疾病，先天性畸形、变形或染色体异常，我们不承担给付责任"),
        ),
        years=None,
        pay_mode=YEARLY,
        payments=20,
        waiting_days=90,
        cooling_off_days=15,
        has_cash_value=True,
        names_beneficiaries=True,
    ),
    DemoProduct(
        code="ACC",
        name="平日综合意外伤害保险",
        terms_version="2025-02",
        line=LineOfBusiness.ACCIDENT,
        sums=(300000, 500000, 1000000),
        rate="0.6",
        covers=(
            Cover("意外身故", "1", "第五条", "自意外发生之日起 180 天内因该意外身故，给付保险金"),
            Cover("意外伤残", "1", "第五条", "自意外发生之日起 180 天内造成伤残，按伤残等级对应的比例给付"),
            Cover(
                "意外医疗",
                "0.1",
                "第六条",
                "意外导致的合理医疗费用，每次扣除 100 元后按 100% 赔付，未经医保结算的按 80% 赔付",
            ),
        ),
        exclusions=(
            ("第八条", "疾病、猝死、中暑、高原反应，以及医疗行为造成的伤害，我们不承担责任"),
            ("第八条", _DRUNK),
            ("第八条", _CRIME),
            ("第九条", _EXTREME),
        ),
        deductible=Decimal(100),
        names_beneficiaries=True,
    ),
    DemoProduct(
        code="TLF",
        name="安家定期寿险",
        terms_version="2023-08",
        line=LineOfBusiness.LIFE,
        sums=(500000, 1000000, 2000000),
        rate="2.4",
        covers=(
            Cover(
                "身故保险金", "1", "第四条", "等待期后身故，给付基本保额；等待期内非因意外身故，退还已交保费，合同终止"
            ),
            Cover(
                "全残保险金",
                "1",
                "第四条",
                "等待期后达到合同约定的全残，给付基本保额，合同终止；与身故保险金只给付一项",
            ),
        ),
        exclusions=(
            ("第五条", _INTENT),
            ("第五条", _SUICIDE),
            ("第五条", _CRIME),
        ),
        years=20,
        pay_mode=YEARLY,
        payments=20,
        waiting_days=90,
        cooling_off_days=15,
        names_beneficiaries=True,
    ),
    DemoProduct(
        code="WLF",
        name="传承终身寿险",
        terms_version="2022-05",
        line=LineOfBusiness.LIFE,
        sums=(300000, 500000, 1000000),
        rate="28",
        covers=(
            Cover(
                "身故或全残保险金",
                "1",
                "第三条",
                "被保险人身故或全残，按基本保额、已交保费的约定比例、现金价值三者中最大的一项给付，合同终止",
            ),
        ),
        exclusions=(
            ("第四条", _INTENT),
            ("第四条", _CRIME),
            ("第四条", _SUICIDE),
            ("第四条", _DRUGS),
        ),
        years=None,
        pay_mode=YEARLY,
        payments=15,
        waiting_days=0,
        cooling_off_days=15,
        has_cash_value=True,
        names_beneficiaries=True,
    ),
    DemoProduct(
        code="ANN",
        name="岁悦养老年金保险",
        terms_version="2024-01",
        line=LineOfBusiness.ANNUITY,
        sums=(100000, 200000),
        rate="80",
        covers=(
            Cover("养老年金", "0.06", "第五条", "自约定的领取年龄起，被保险人生存的，每年按约定金额给付一次，直到身故"),
            Cover(
                "身故保险金",
                "1",
                "第六条",
                "开始领取前身故的，给付已交保费与现金价值中较大的一项；开始领取后按合同约定",
            ),
        ),
        exclusions=(
            ("第七条", _INTENT),
            ("第七条", _CRIME),
            ("第七条", _SUICIDE),
        ),
        years=None,
        pay_mode=YEARLY,
        payments=10,
        cooling_off_days=15,
        has_cash_value=True,
        names_beneficiaries=True,
    ),
    DemoProduct(
        code="END",
        name="双利两全保险（分红型）",
        terms_version="2019-04",
        line=LineOfBusiness.LIFE,
        sums=(50000, 100000, 200000),
        rate="95",
        covers=(
            Cover(
                "满期保险金",
                "1",
                "第四条",
                "保险期间届满时被保险人生存的，给付基本保额和累积的红利，合同终止；红利不是保证的，某些年度可能为零",
            ),
            Cover("身故保险金", "1.2", "第五条", "保险期间内身故的，给付约定金额，合同终止"),
        ),
        exclusions=(
            ("第六条", _INTENT),
            ("第六条", _SUICIDE),
            ("第六条", _CRIME),
        ),
        years=15,
        pay_mode=YEARLY,
        payments=10,
        cooling_off_days=15,
        has_cash_value=True,
        names_beneficiaries=True,
    ),
    DemoProduct(
        code="HOM",
        name="乐居家庭财产保险",
        terms_version="2025-03",
        line=LineOfBusiness.PROPERTY,
        sums=(500000, 1000000),
        rate="0.4",
        covers=(
            Cover(
                "房屋主体及装修",
                "0.9",
                "第四条",
                "火灾、爆炸、暴雨、台风、雷击、飞行物坠落等造成的房屋主体和室内装修的直接损失",
            ),
            Cover("室内财产", "0.09", "第五条", "上述原因造成的家具、家电、衣物等损失，单件以购置凭证和实际价值为准"),
            Cover("水管爆裂", "0.01", "第七条", "室内水管、暖气管突然破裂造成的室内损失和清理费用"),
        ),
        exclusions=(
            ("第十条", "被保险人及其家庭成员的故意行为造成的损失，不赔偿"),
            ("第十条", "地震及其次生灾害、自然磨损、虫蛀、霉变造成的损失，不赔偿"),
            ("第十一条", "金银珠宝、现金、票据、古玩字画、宠物，不在保障的财产之内"),
            ("第十二条", "房屋连续空置超过 60 天期间的水管爆裂和盗窃损失，不赔偿"),
        ),
        deductible=Decimal(300),
    ),
    DemoProduct(
        code="EMP",
        name="众工雇主责任保险",
        terms_version="2024-07",
        line=LineOfBusiness.LIABILITY,
        sums=(5000000, 10000000),
        rate="1.8",
        covers=(
            Cover(
                "死亡伤残赔偿",
                "0.1",
                "第三条",
                "雇员在受雇期间因工作受到意外或患职业病致死亡、伤残，依法应由雇主承担的赔偿，按每人限额",
            ),
            Cover("医疗费用", "0.01", "第四条", "上述原因发生的必要合理的医疗费用，按每人限额"),
            Cover("误工费用", "0.005", "第五条", "经医院证明需要停工治疗期间依法应支付的工资，扣除免赔天数"),
        ),
        exclusions=(
            ("第八条", "雇主的故意行为，雇员自残、自杀、醉酒、犯罪造成的伤亡，不赔偿"),
            ("第八条", "雇员因自身疾病（职业病除外）、传染病造成的伤亡，不赔偿"),
            ("第九条", "没有劳动关系或者不在雇员名册内的人员，不属于本保险的雇员"),
        ),
        deductible=Decimal(500),
    ),
    DemoProduct(
        code="TRV",
        name="行远境外旅行保险",
        terms_version="2025-04",
        line=LineOfBusiness.TRAVEL,
        sums=(300000, 500000),
        rate="0.9",
        covers=(
            Cover("境外意外身故及伤残", "1", "第四条", "在境外旅行期间因意外身故、伤残，按合同约定给付"),
            Cover("境外医疗", "0.8", "第五条", "境外期间突发疾病或意外的合理医疗费用，超过免赔额的部分"),
            Cover(
                "紧急救援和送返", "1", "第六条", "由约定的救援机构安排的医疗转运、送返费用；自行安排的须事先取得同意"
            ),
            Cover("行李丢失和延误", "0.01", "第九条", "托运行李丢失、或延误超过 8 小时的约定金额"),
        ),
        exclusions=(
            ("第十一条", "出发前已经患有的疾病、以就医为目的的旅行，不赔偿"),
            ("第十一条", _EXTREME),
            ("第十二条", "前往出发前已被提醒不宜前往的国家或地区，不赔偿"),
            ("第十二条", _WAR),
        ),
        deductible=Decimal(500),
        names_beneficiaries=True,
    ),
    DemoProduct(
        code="GAC",
        name="同行团体意外伤害保险",
        terms_version="2024-11",
        line=LineOfBusiness.GROUP,
        sums=(300000, 500000),
        rate="0.5",
        covers=(
            Cover("意外身故", "1", "第五条", "被保险员工因意外身故，给付其受益人；单位不得作为受益人"),
            Cover("意外伤残", "1", "第五条", "被保险员工因意外伤残，按伤残等级比例给付"),
            Cover("意外医疗", "0.05", "第六条", "意外导致的合理医疗费用，每次扣除 100 元后按 90% 赔付"),
        ),
        exclusions=(
            ("第八条", "疾病、猝死（附加猝死责任的除外）、药物过敏造成的伤亡，不承担责任"),
            ("第八条", _DRUNK),
            ("第八条", _CRIME),
            ("第九条", "员工离职并从名册中减去之后发生的事故，不承担责任"),
        ),
        deductible=Decimal(100),
        names_beneficiaries=True,
    ),
)

PRODUCT_BY_CODE = {product.code: product for product in DEMO_PRODUCTS}
