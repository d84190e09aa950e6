"""Typed settings, read once from the environment by an entry point and passed on."""

from __future__ import annotations

import fcntl
import ipaddress
import json
import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path

from bot.errors import ConfigurationError

ROOT = Path(__file__).resolve().parent.parent
LOOPBACK = "127.0.0.1"
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
RASA_WORKERS = 2  # more than two gain nothing on two cores
_SECRET_BYTES = {"desk_password": 9}  # typed by a person


@dataclass(frozen=True)
class Secrets:
    """Keys made at first start and kept in `var/secrets.json` (mode 600); there are no default passwords.

    `token_key` signs conversation tokens, `pepper` hashes codes, `data_key` seals personal data in the database,
    `rasa_key` and `action_key` are the bearer secrets of the two inner servers, `desk_password` is the first agent's,
    printed once. Without its `data_key` a database cannot be read: keep a copy apart from the database's.
    """

    token_key: str
    pepper: str
    data_key: str
    rasa_key: str
    action_key: str
    desk_password: str


@dataclass(frozen=True)
class WeChatSettings:
    """An official account, as it is set up at WeChat's. With an `aes_key` nothing is taken in plain text. `api`: where
    WeChat's server is. `to_their_agents`: people answer in WeChat's own desk instead of ours."""

    app_id: str
    secret: str
    token: str
    aes_key: str = ""
    api: str = "https://api.weixin.qq.com"
    to_their_agents: bool = False


@dataclass(frozen=True)
class Settings:
    """Everything that differs between installations. Ports are TCP ports on `host` or loopback."""

    database_url: str
    host: str
    port: int
    rasa_port: int  # of the first worker, the others follow
    rasa_workers: int
    action_port: int
    data_dir: Path
    var_dir: Path
    model_dir: Path
    demo: bool
    secrets: Secrets
    desks: int = 1  # front desks, each on its own port from `port` on; more than one only on PostgreSQL
    service_phone: str = ""  # the number to call about a policy, as customers read it
    company: str = "示例保险股份有限公司（演示，虚构）"
    privacy_contact: str = "个人信息保护负责人，信箱 privacy@insurer.example"
    wechat: WeChatSettings | None = None
    ivr_key: str = ""  # of the hotline's gateway; "" where there is none
    ivr_destinations: Mapping[str, str] = field(
        default_factory=dict
    )  # post, or * for every other → number or SIP address
    ivr_grammar: str = "builtin:grammar/text"  # with which a VoiceXML browser listens
    metrics_key: str = ""  # with which Prometheus reads /metrics; "" where nobody does
    widget_origins: frozenset[str] = frozenset()  # sites whose pages may carry the widget
    widget_key: str = ""  # with which those sites sign who is logged in; "" where none does
    trusted_proxies: tuple[Network, ...] = ()  # whose X-Forwarded-For and -Proto are believed
    corpus_dir: Path = ROOT  # above data/nlu, in the git repository that trainers' sentences go to
    demo_for_all: bool = False  # the demo pages, with everybody's codes, are for who asks from elsewhere too

    @property
    def privacy_notice(self) -> dict[str, str]:
        """What the privacy page says of this company (个保法 art 17), by the name of its place there."""
        phone = self.service_phone or "保险合同首页印的客服热线"
        return {"company": self.company, "privacy_contact": self.privacy_contact, "service_phone": phone}

    @property
    def rasa_urls(self) -> tuple[str, ...]:
        """One for each worker."""
        return tuple(f"http://127.0.0.1:{self.rasa_port + place}" for place in range(self.rasa_workers))

    @property
    def routes_file(self) -> Path:
        """Where the supervisor says which model answers where, while it serves them."""
        return self.var_dir / "routes.json"

    @property
    def action_url(self) -> str:
        return f"http://127.0.0.1:{self.action_port}"


def is_first_start(environment: Mapping[str, str] | None = None) -> bool:
    """True until `read_settings` has made the secrets."""
    env = os.environ if environment is None else environment
    return not (_var_dir(env) / "secrets.json").exists()


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Read settings; creates `var/` and its secrets on the first call.

    Raises:
        ConfigurationError: a value cannot be understood.
    """
    env = os.environ if environment is None else environment
    var_dir = _var_dir(env)
    var_dir.mkdir(parents=True, exist_ok=True)
    database_url = env.get("DATABASE_URL", f"sqlite:///{var_dir / 'assistant.db'}")
    return Settings(
        database_url=database_url,
        host=env.get("BOT_HOST", LOOPBACK),
        port=_number(env, "BOT_PORT", 8080),
        rasa_port=_number(env, "BOT_RASA_PORT", 5005),
        rasa_workers=_number(env, "BOT_RASA_WORKERS", RASA_WORKERS),
        action_port=_number(env, "BOT_ACTION_PORT", 5055),
        data_dir=data_dir(env),
        var_dir=var_dir,
        model_dir=Path(env.get("BOT_MODEL_DIR", str(ROOT / "models"))),
        demo=_demo(env),
        secrets=_read_secrets(var_dir / "secrets.json"),
        desks=_desks(env, database_url),
        service_phone=env.get("BOT_SERVICE_PHONE", ""),
        company=env.get("BOT_COMPANY_NAME", Settings.company),
        privacy_contact=env.get("BOT_PRIVACY_CONTACT", Settings.privacy_contact),
        wechat=_wechat(env),
        ivr_key=_long(env, "BOT_IVR_KEY"),
        ivr_destinations=_destinations(env, "BOT_IVR_DESTINATIONS"),
        ivr_grammar=env.get("BOT_IVR_GRAMMAR", Settings.ivr_grammar),
        metrics_key=_long(env, "BOT_METRICS_KEY"),
        widget_origins=_origins(env, "BOT_WIDGET_ORIGINS"),
        widget_key=_long(env, "BOT_WIDGET_KEY"),
        trusted_proxies=_networks(env, "BOT_TRUSTED_PROXIES"),
        corpus_dir=Path(env.get("BOT_CORPUS_DIR", str(ROOT))),
        demo_for_all=env.get("BOT_DEMO") == "1",
    )


_FOR_REAL = ("BOT_WECHAT_APP_ID", "BOT_IVR_KEY", "BOT_WIDGET_ORIGINS", "BOT_WIDGET_KEY", "BOT_TRUSTED_PROXIES")


def _demo(env: Mapping[str, str]) -> bool:
    """On unless said otherwise, as long as it is to be tried on this machine. The demo tells anybody every one-time code: where
    real customers may come it must have been meant. Raises ConfigurationError where nobody said."""
    said = env.get("BOT_DEMO", "")
    if said not in ("", "0", "1"):
        raise ConfigurationError("0 or 1", setting="BOT_DEMO", value=said)
    real = [name for name in _FOR_REAL if env.get(name)]
    if not _is_loopback(env.get("BOT_HOST", LOOPBACK)):
        real.append("BOT_HOST")
    if real and not said:
        raise ConfigurationError("say BOT_DEMO=0, or BOT_DEMO=1 for synthetic customers only", because=" ".join(real))
    return said != "0"


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _desks(env: Mapping[str, str], database_url: str) -> int:
    number = _number(env, "BOT_DESKS", 1)
    if number < 1 or (number > 1 and database_url.startswith("sqlite")):
        raise ConfigurationError("at least one, and more than one only with PostgreSQL", setting="BOT_DESKS")
    return number


def _long(env: Mapping[str, str], name: str) -> str:
    """A key that nobody guesses, or "". Raises ConfigurationError for a short one."""
    value = env.get(name, "")
    if value and len(value) < 24:
        raise ConfigurationError("a key of at least 24 characters", setting=name)
    return value


def _destinations(env: Mapping[str, str], name: str) -> dict[str, str]:
    """`理赔=sip:claims@pbx,*=tel:95500` as a mapping. Raises ConfigurationError for anything else."""
    found = {}
    for part in filter(None, env.get(name, "").split(",")):
        post, _, number = (piece.strip() for piece in part.partition("="))
        if not post or not re.fullmatch(r"[A-Za-z0-9+.:@_-]{3,128}", number):
            raise ConfigurationError("such as 理赔=sip:claims@pbx,*=tel:95500", setting=name, value=part)
        found[post] = number
    return found


def _networks(env: Mapping[str, str], name: str) -> tuple[Network, ...]:
    """Addresses and networks, separated by commas or spaces. Raises ConfigurationError for anything else, or for everybody."""
    found = []
    for written in env.get(name, "").replace(",", " ").split():
        try:
            found.append(ipaddress.ip_network(written))
        except ValueError as error:
            raise ConfigurationError("such as 10.0.0.5 or 10.1.0.0/16", setting=name, value=written) from error
        if found[-1].prefixlen == 0:
            raise ConfigurationError("not everybody is our proxy", setting=name, value=written)
    return tuple(found)


def _origins(env: Mapping[str, str], name: str) -> frozenset[str]:
    """Origins as a browser sends them, separated by commas or spaces. Raises ConfigurationError for anything else."""
    found = env.get(name, "").replace(",", " ").split()
    for origin in found:
        if not re.fullmatch(r"https?://[a-z0-9.-]+(:\d{1,5})?", origin):
            raise ConfigurationError("an origin such as https://www.insurer.example", setting=name, value=origin)
    return frozenset(found)


def _wechat(env: Mapping[str, str]) -> WeChatSettings | None:
    """None where no account is named. Raises ConfigurationError for one that is named in part."""
    app_id = env.get("BOT_WECHAT_APP_ID", "")
    if not app_id:
        return None
    secret, token = env.get("BOT_WECHAT_SECRET", ""), env.get("BOT_WECHAT_TOKEN", "")
    aes_key = env.get("BOT_WECHAT_AES_KEY", "")
    if not secret or not token:
        raise ConfigurationError("an account needs BOT_WECHAT_SECRET and BOT_WECHAT_TOKEN", setting="BOT_WECHAT_APP_ID")
    if aes_key and (len(aes_key) != 43 or not aes_key.isalnum()):
        raise ConfigurationError("43 letters and digits", setting="BOT_WECHAT_AES_KEY")
    if not aes_key and (env.get("BOT_DEMO") == "0" or _number(env, "BOT_DESKS", 1) > 1):
        # WeChat signs no body in plain text: who has seen an address in a log could speak as a customer at another desk.
        raise ConfigurationError("real customers and several desks need 安全模式", setting="BOT_WECHAT_AES_KEY")
    api = env.get("BOT_WECHAT_API", WeChatSettings.api)
    return WeChatSettings(app_id, secret, token, aes_key, api, env.get("BOT_WECHAT_AGENTS", "") == "1")


def data_dir(environment: Mapping[str, str] | None = None) -> Path:
    """Where the data files are; needs no secrets, unlike `read_settings`."""
    env = os.environ if environment is None else environment
    return Path(env.get("BOT_DATA_DIR", str(ROOT / "data")))


def _var_dir(env: Mapping[str, str]) -> Path:
    return Path(env.get("BOT_VAR_DIR", str(ROOT / "var")))


def _number(env: Mapping[str, str], name: str, default: int) -> int:
    raw = env.get(name, str(default))
    if not raw.isdigit():
        raise ConfigurationError("not a whole number", setting=name, value=raw)
    return int(raw)


def _read_secrets(path: Path) -> Secrets:
    """Read the file, adding what it lacks. Three processes may start at once: one makes the keys, the others wait."""
    with path.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            known = json.loads(path.read_text()) if path.exists() else {}
            missing = [each.name for each in fields(Secrets) if each.name not in known]
            known |= {name: secrets.token_urlsafe(_SECRET_BYTES.get(name, 32)) for name in missing}
            found = Secrets(**known)
        except (ValueError, TypeError) as error:
            raise ConfigurationError("mend or restore the file", file=str(path)) from error
        if missing:
            _write_private(path, json.dumps(known))
    return found


def _write_private(path: Path, text: str) -> None:
    """Whole or not at all, readable by its owner alone."""
    draft = path.with_suffix(".draft")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
