"""Why a sentence was understood as it was. The model is linear: each feature's share in the decision is its value times the
difference of two weights."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bot.nlu.features import CHARACTERS, MIXED_PAIRS, MIXED_UP, PAIRS, SOUNDS, mask_numbers
from bot.nlu.intent_model import IntentModel
from bot.text.normalise import normalise
from bot.text.syllables import syllable

_GROUP_SHIFT, _UNIT = 48, 0xFFFF
_MARKS = {2: "〔句首〕", 3: "〔句尾〕"}
_GROUPS = {CHARACTERS: "字", SOUNDS: "音", PAIRS: "同现", MIXED_UP: "近音", MIXED_PAIRS: "近音同现"}
_SOUNDED = frozenset({SOUNDS, MIXED_UP, MIXED_PAIRS})
_PAIRED = frozenset({PAIRS, MIXED_PAIRS})


@dataclass(frozen=True)
class Told:
    """A feature, `kind` in Chinese, and how far it moves the score from `against` towards `towards` (below zero: the other way)."""

    kind: str
    feature: str
    weight: float


@dataclass(frozen=True)
class Decision:
    """What tells the likeliest intent from the next one. `seen`: the text as the features see it; `rest`: what all the others, the
    bias and a sentence encoder add up to."""

    seen: str
    towards: str
    against: str
    told: tuple[Told, ...]
    rest: float


def explain(model: IntentModel, text: str, most: int = 10) -> Decision:
    """The features of `text` (as it was heard) that weighed most between its two likeliest intents."""
    first, second = (int(place) for place in (-model.probabilities(text)).argsort(kind="stable")[:2])
    positions, values = model.features(text)
    shares = values * (model.weights[positions, first] - model.weights[positions, second])
    # The shares are of raw scores; the sharpness makes them what the softmax sees.
    shares = shares.astype(np.float64) * model.sharpness
    order = (-np.abs(shares)).argsort(kind="stable")[:most]
    told = tuple(Told(*_name(int(model.vocabulary.codes[positions[at]])), round(float(shares[at]), 3)) for at in order)
    bias = float(model.bias[first] - model.bias[second]) * model.sharpness
    meaning = model.meaning.scores(text) if model.meaning is not None else None
    encoder = float(meaning[first] - meaning[second]) * model.sharpness if meaning is not None else 0.0
    rest = float(shares.sum()) - sum(float(shares[at]) for at in order) + bias + encoder
    seen = mask_numbers(normalise(text)) or text.strip()
    return Decision(seen, model.intents[first], model.intents[second], told, round(rest, 3))


def _name(code: int) -> tuple[str, str]:
    """Kind and what it looks like: 退保, tui bao, 退…保."""
    group = code >> _GROUP_SHIFT
    units = [code >> shift & _UNIT for shift in (32, 16, 0)]
    letters = [_letter(unit, sounded=group in _SOUNDED) for unit in units if unit]
    joint = "…" if group in _PAIRED else " " if group in _SOUNDED else ""
    return _GROUPS[group], joint.join(letters)


def _letter(unit: int, *, sounded: bool) -> str:
    return _MARKS.get(unit) or (syllable(chr(unit)) if sounded else chr(unit))
