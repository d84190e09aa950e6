"""Why somebody had to complain, as the officer who decided found it (004 §8.1; the other causes are those of company rules 002)."""

from __future__ import annotations

from enum import Enum


class RootCause(str, Enum):
    """The first four are the causes of disputes over claims in 004 §8.1."""

    TERMS = "terms"
    INFORMATION = "information"
    ASSESSMENT = "assessment"
    TIME_LIMIT = "time_limit"
    SALES = "sales"
    SERVICE = "service"
    SYSTEM = "system"
    CUSTOMER = "customer"
    OTHER = "other"

    @property
    def zh(self) -> str:
        return _NAMES[self]


_NAMES = {
    RootCause.TERMS: "条款不明确或难懂",
    RootCause.INFORMATION: "信息不对称、告知不到位",
    RootCause.ASSESSMENT: "责任或金额认定有争议",
    RootCause.TIME_LIMIT: "办理超时",
    RootCause.SALES: "销售行为不当",
    RootCause.SERVICE: "服务态度或差错",
    RootCause.SYSTEM: "系统或流程问题",
    RootCause.CUSTOMER: "公司无过错，客户误解",
    RootCause.OTHER: "其他",
}
