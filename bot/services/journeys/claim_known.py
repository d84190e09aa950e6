"""What the file knows of a proven reporter, so that it is not asked: the phone, the name, the car."""

from __future__ import annotations

from bot.insurance.identity import IdentityLevel
from bot.insurance.policy import InsurancePolicy, LineOfBusiness
from bot.services.journeys.claim_parties import own_plate
from bot.services.journeys.claim_slots import PHONE, PLATE, RELATION, REPORTER
from bot.services.journeys.journey import Ask, Situation
from bot.services.reply import choose
from bot.services.verify_identity import current_identity
from bot.text.masking import mask_plate

OWN = "本人"


def known_reporter(situation: Situation) -> dict[str, str]:
    """Phone and name of who has proved to be that person (L2), the phone alone of who has proved that (L1)."""
    with situation.services.reading() as work:
        identity = current_identity(work, situation.conversation_id, situation.now)
    if identity.level >= IdentityLevel.L2 and identity.party:
        return {PHONE: identity.party.phone, REPORTER: identity.party.name}
    return {PHONE: identity.phone} if identity.level >= IdentityLevel.L1 and identity.phone else {}


def known_car(situation: Situation, line: str) -> dict[str, str]:
    """The plate of a proven person's only insured car, where no other is named; it stands on the card to be changed."""
    if line != LineOfBusiness.MOTOR.value or own_plate(situation.said):
        return {}
    party_id, cars = _own_cars(situation)
    plates = {car.plate_no for car in cars}
    if len(plates) != 1:
        return {}
    own = any(party_id in car.insured_ids for car in cars)
    return {PLATE: plates.pop(), **({RELATION: OWN} if own else {})}


def ask_plate(situation: Situation) -> Ask:
    plates = tuple(dict.fromkeys(car.plate_no for car in _own_cars(situation)[1]))
    if plates:
        choices = (*(choose(mask_plate(each), each) for each in plates[:4]), choose("都不是", "没有"))
        return Ask("是哪辆车？不在里面的直接写车牌。", "choice", choices)
    return Ask("出险的车牌号是？记不清可以回“没有”。", "text")


def _own_cars(situation: Situation) -> tuple[str, tuple[InsurancePolicy, ...]]:
    """The proven person (L2) and the motor policies in force that name them; nobody and none below that."""
    with situation.services.reading() as work:
        identity = current_identity(work, situation.conversation_id, situation.now)
        if identity.level < IdentityLevel.L2 or identity.party is None:
            return "", ()
        mine = work.policies.naming(identity.party.party_id)
    cars = (each for each in mine if each.line is LineOfBusiness.MOTOR and each.status.is_live and each.plate_no)
    return identity.party.party_id, tuple(cars)
