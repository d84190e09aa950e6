"""Numbers that name something: ids, phones, cards, policies, claims, complaints; and plates and e-mails."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from bot.text.candidates import Candidate
from bot.text.emails import find_emails
from bot.text.heard_plates import find_heard_plates
from bot.text.identifiers import PROVINCES, is_mobile, parse_id_card, parse_phone, parse_plate
from bot.text.numerals import REPEAT, SPOKEN_DIGIT, read_digits
from bot.text.spoken_runs import COUNTS_SOMETHING, RAILWAY, Run, join, read_pieces, without_overlong_repeats

# The company's numbers as capitals and digits without gaps.
POLICY_NO, CLAIM_NO, COMPLAINT_NO = r"[PE][A-Z]{0,4}\d{8,22}", r"C\d{8,20}", r"T\d{8,20}"
_MOST_PIECES = 8
_CUE_REACH = 14

# The cue nearest to the number decides; 号 alone says nothing.
_CUES = re.compile(
    r"(?P<claim_no>报案(?:编)?号|赔案(?:编)?号|案件(?:编)?号|理赔(?:编|单|案)?号|案号|立案号|案子|报案回执号|赔案|案子号)"
    r"|(?P<complaint_no>投诉(?:单|工单)?(?:编)?号|投诉单|受理号|受理编号|工单号|工单)"
    r"|(?P<policy_no>[保宝][单丹但蛋](?:编)?号?码?|合同(?:编)?号|单号|批单号|保险号)"
    r"|(?P<id_number>身份证号?码?|证件号码?)"
    r"|(?P<phone>手机号?码?|电话号?码?|座机|联系方式|号码|打给我|联系人)"
    r"|(?P<bank_card>银行卡号?|卡号|账号|帐号|储蓄卡|工行卡|建行卡|农行卡|招行卡|中行卡|卡)"
)
_PLATE_CHAR = (
    rf"(?:{REPEAT}(?=[0-9{SPOKEN_DIGIT}]))?(?:[A-Za-z0-9{SPOKEN_DIGIT}]|[拐勾](?![弯点到进了住]))"  # 京A五个八
)
_PLATE = re.compile(
    rf"[{PROVINCES}]\s?[A-HJ-NP-Za-hj-np-z][\s·•.\-,，、]{{0,2}}(?:{_PLATE_CHAR}[\s·.\-,，、]?){{1,6}}[挂学警港澳]?"
)
_BREATH = 5  # characters, "，那个，" among them
_ENDS = re.compile(r"[\s]*(?:[，,。.;；!！?？、]|$)")
_LANDLINE = re.compile(r"(?<!\d)\(?0(?:10|2\d|[3-9]\d\d)\)?[\-\s]?\d{7,8}(?!\d)")


class NumberReader:
    """Reads numbers by the company's patterns; without state between messages."""

    def __init__(
        self, *, policy_no: str = POLICY_NO, claim_no: str = CLAIM_NO, complaint_no: str = COMPLAINT_NO
    ) -> None:
        named = (("claim_no", claim_no), ("complaint_no", complaint_no), ("policy_no", policy_no))
        self._shapes = tuple((entity, re.compile(pattern)) for entity, pattern in named)

    def read(self, folded: str, today: date, *, cues: str | None = None) -> list[Candidate]:
        """Candidates in folded text; `today` bounds the birth date of an id card. Longest reading first. `cues`: the same
        text where the words before a number were put right (保丹号 is 保单号)."""
        emails = (Candidate("email", span.start, span.end, span.value) for span in find_emails(folded))
        return [*emails, *_plates(folded), *_landlines(folded), *self._codes(folded, today, cues or folded)]

    def _codes(self, folded: str, today: date, cues: str) -> list[Candidate]:
        pieces = [_with_letter(folded, piece) for piece in read_pieces(folded)]
        found: list[Candidate] = []
        index = 0
        while index < len(pieces):
            cue = _cue_before(cues, pieces[index].start)
            used = self._read_from(folded, pieces[index : index + _MOST_PIECES], today, cue, found)
            index += used or 1
        return found

    def _read_from(self, folded: str, pieces: list[Run], today: date, cue: str | None, found: list[Candidate]) -> int:
        """Try the first piece alone, then ever longer joins; note the surest reading and return its pieces.

        A piece that is complete by itself (a phone, an id) is not joined with the number after it.
        """
        if cue in {None, "phone"} and (odd := _phone_of_odd_counts(folded, pieces, found)):
            return odd
        best: tuple[int, str, Run] | None = None
        for count in range(1, len(pieces) + 1):
            run = join(folded, pieces[:count])
            if run is None or (count > 1 and self._stands_alone(pieces[count - 1], today)):
                break
            entity = self._classify(run.code, cue, today, joined=count > 1)
            if entity:
                best = (count, entity, run)
                if entity in {"id_number", "phone"} or not _continues(folded, pieces, count):
                    break
        if best is None:
            return 0
        count, entity, run = best
        over = _goes_on_after(folded, pieces, count, 2 if entity == "phone" and count > 1 else 5)
        if over and entity in {"phone", "bank_card"}:
            return over  # more digits than such a number has: nobody knows which of them are wrong
        value = (parse_phone(run.code) if entity == "phone" else None) or _with_zeros(run.code)
        found.append(Candidate(entity, run.start, run.end, value))
        return count

    def _stands_alone(self, piece: Run, today: date) -> bool:
        return bool(parse_id_card(piece.code, today) or parse_phone(piece.code))

    def _classify(self, code: str, cue: str | None, today: date, *, joined: bool) -> str | None:
        """What the code is: by check digit, then by the company's shape, then by cue word, then by length."""
        if parse_id_card(code, today):
            return "id_number"
        code, cued_case = _with_zeros(code), cue in {"claim_no", "complaint_no", "policy_no"}
        if not cued_case and parse_phone(code):
            return "phone"
        for entity, shape in self._shapes:
            if shape.fullmatch(code):
                return cue if cue and cued_case and code[0] not in "CTPE" else entity
        if cue and cued_case and re.fullmatch(r"[A-Z]{0,5}\d{8,24}", code):
            return cue
        if code.isdigit() and (cue == "bank_card" or not joined or len(code) in {16, 19}) and 16 <= len(code) <= 19:
            # Eighteen digits that fail the id check are a mistyped id, not a card, unless a card was announced.
            return "bank_card" if len(code) != 18 or cue == "bank_card" else None
        if cue is None and not joined and code.isdigit() and 12 <= len(code) <= 22:
            # Twelve that begin like a mobile number are one with a digit too many.
            return None if len(code) == 12 and re.match("1[3-9]", code) else "policy_no"
        return None


# A letter O between the figures of one of our numbers is a zero that was typed wrong; none of our numbers has a letter there.
_OH_FOR_ZERO = re.compile(r"[A-Z]{1,5}\d[\dO]{7,21}")


def _with_zeros(code: str) -> str:
    """P2O23OO1234 → P2023001234."""
    if not _OH_FOR_ZERO.fullmatch(code):
        return code
    first = re.search(r"\d", code)
    start = first.start() if first else 0
    return code[:start] + code[start:].replace("O", "0")


def _phone_of_odd_counts(folded: str, pieces: list[Run], found: list[Candidate]) -> int:
    """Note the telephone number that the pieces are when 八个六 is a breath and no count; how many they are, 0 for none."""
    for count in range(1, len(pieces) + 1):
        run = join(folded, pieces[:count])
        if run is None:
            break
        code = without_overlong_repeats(folded, pieces[:count])
        if code != run.code and is_mobile(code) and not _goes_on_after(folded, pieces, count, 5):
            found.append(Candidate("phone", run.start, run.end, code))
            return count
    return 0


# The letter before a number as its sound is written: 保单号批二零二三 for P2023.
_LETTERS = (
    (
        "P",
        re.compile(r"(?:[保宝][单丹但蛋]|合同|单)(?:编)?号码?(?:就?是|为|[:：\s,，])*(?P<letter>[批披劈皮匹屁辟]\s?)$"),
    ),
    ("C", re.compile(r"(?:报案|赔案|案件|理赔)(?:编)?号码?(?:就?是|为|[:：\s,，])*(?P<letter>[西希溪吸嘻]\s?)$")),
    ("T", re.compile(r"(?:投诉|受理|工单)(?:单|编)?号码?(?:就?是|为|[:：\s,，])*(?P<letter>[踢替题提梯体]\s?)$")),
)


def _with_letter(folded: str, piece: Run) -> Run:
    """The piece with the letter that was said before it."""
    for letter, heard in _LETTERS:
        found = heard.search(folded, max(0, piece.start - _CUE_REACH), piece.start) if piece.code[0].isdigit() else None
        if found:
            return Run(found.start("letter"), piece.end, letter + piece.code)
    return piece


def _continues(folded: str, pieces: list[Run], count: int) -> bool:
    """Whether the next piece is a short one right behind: the rest of the same number, said after a breath."""
    if count >= len(pieces):
        return False
    gap = folded[pieces[count - 1].end : pieces[count].start]
    short = len(pieces[count].code) <= 6 and len(gap) <= _BREATH
    return short and not COUNTS_SOMETHING.match(folded, pieces[count].end)


def _goes_on_after(folded: str, pieces: list[Run], count: int, most: int) -> int:
    """How many pieces the number has with the short one, of at most so many digits, that follows after no more than a pause and
    ends what is said there; 0 where it ends itself, or sums, hours and the like follow (500元)."""
    if count >= len(pieces):
        return 0
    rest = pieces[count]
    if set(folded[pieces[count - 1].end : rest.start]) & set(",，、。;；"):  # a new thing is said
        return 0
    follows = join(folded, [pieces[count - 1], rest]) and rest.code.isdigit() and len(rest.code) <= most
    return count + 1 if follows and _ENDS.match(folded, rest.end) else 0


def _cue_before(folded: str, start: int) -> str | None:
    nearest = None
    for match in _CUES.finditer(folded[max(0, start - _CUE_REACH) : start]):
        nearest = match.lastgroup
    return nearest


def _plates(folded: str) -> list[Candidate]:
    found = [Candidate("plate_no", each.start, each.end, each.value) for each in find_heard_plates(folded)]
    for match in _PLATE.finditer(folded):
        said = match[0]
        # A plate that is whole before a pause ends there: "京AD1234，5点撞的".
        ends = [*(pause.start() for pause in re.finditer("[,，、]", said)), *range(len(said), 4, -1)]
        for end in ends:
            plate = _spelt_plate(said[:end])
            if plate:
                found.append(Candidate("plate_no", match.start(), match.start() + end, plate))
                break
    return found


def _spelt_plate(said: str) -> str | None:
    spelt = re.sub(r"[\s·•.\-,，、]", "", said).translate(RAILWAY)
    tail = spelt[-1] if spelt[-1] in "挂学警港澳" else ""
    digits = read_digits(spelt[2:].removesuffix(tail) if tail else spelt[2:])
    return parse_plate(f"{spelt[:2]}{digits or ''}{tail}")


def _landlines(folded: str) -> list[Candidate]:
    found = []
    read: Callable[[str], str | None] = parse_phone
    for match in _LANDLINE.finditer(folded):
        number = read(match[0])
        if number and "-" in number:
            found.append(Candidate("phone", match.start(), match.end(), number))
    return found
