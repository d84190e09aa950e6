"""`make wechat-sim`: the whole assistant behind a pretended official account, talked to as from a phone."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from pathlib import Path

import aiohttp

from bot.settings import ROOT, read_settings
from simulators.wechat.server import Account, Seen, WeChatServer

OPEN_ID = "oSimulated-phone-00000000001"
SIM_PORT = 9081
HELP = """这是一台假的手机，关注了假的公众号，后面是真的智能客服。直接打字就是发消息，另外可以：
  /voice 车被撞了   发语音（写的是识别出来的字；不写字就是没听清）
  /photo 文件名     发照片
  /menu report_claim   点菜单（query_policy、file_complaint、change_beneficiary、request_human）
  /follow  /unfollow   关注、取消关注
  /agent  /agentleaves 微信自己的客服接进来、结束
  /lose             下一次回复在路上丢了，微信会再发一遍
  /errcode 45047    下一次主动发消息，微信回这个错误码
  /quit             结束
"""
_HOW = {"passive": "公众号", "pushed": "公众号", "notice": "微信"}


async def show(server: WeChatServer) -> None:
    """Print what appears on the phone."""
    shown = 0
    while True:
        seen = await server.sees(OPEN_ID, shown + 1)
        for each in seen[shown:]:
            print(f"\n{_line(each)}", flush=True)
        shown = len(seen)


def _line(seen: Seen) -> str:
    return f"【{_HOW[seen.how]}】{seen.text}"


async def act(server: WeChatServer, line: str) -> bool:
    """One line of the keyboard; False ends it."""
    command, _, rest = line.strip().partition(" ")
    if command == "/quit":
        return False
    if command == "/voice":
        await server.speak(OPEN_ID, rest or None)
    elif command == "/menu":
        await server.event(OPEN_ID, "CLICK", rest)
    elif command in ("/follow", "/unfollow"):
        await server.event(OPEN_ID, "subscribe" if command == "/follow" else "unsubscribe")
    elif command in ("/agent", "/agentleaves"):
        await (server.agent_joins if command == "/agent" else server.agent_leaves)(OPEN_ID)
    elif command == "/photo":
        await server.show(OPEN_ID, await asyncio.to_thread(Path(rest).read_bytes))
    elif command == "/lose":
        server.lose_answers += 1
    elif command == "/errcode":
        server.errcodes.append(int(rest))
    elif line.strip():
        await server.say(OPEN_ID, line.strip())
    return True


async def main() -> None:
    account, settings = Account(aes_key="abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"), read_settings()
    desk = f"http://127.0.0.1:{settings.port}"
    async with WeChatServer(f"{desk}/wechat", account).running(SIM_PORT) as server:
        environment = {**os.environ, **account.environment(server.url)}
        log_path = settings.var_dir / "wechat-sim.log"
        print(f"正在启动，日志在 {log_path} ……", flush=True)
        with log_path.open("wb") as log:
            assistant = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot.launch", cwd=ROOT, env=environment, stdout=log, stderr=log
            )
        try:
            await _ready(desk)
            print(HELP, flush=True)
            phone = asyncio.create_task(show(server))
            await server.event(OPEN_ID, "subscribe")
            while line := await asyncio.to_thread(sys.stdin.readline):
                if not await act(server, line):
                    break
            phone.cancel()
        finally:
            with contextlib.suppress(ProcessLookupError):
                assistant.send_signal(signal.SIGINT)
            await assistant.wait()


async def _ready(desk: str) -> None:
    async with aiohttp.ClientSession() as http:
        while True:
            with contextlib.suppress(aiohttp.ClientError):
                async with http.get(f"{desk}/readyz") as answer:
                    if (await answer.json())["status"] == "ready":
                        return
            await asyncio.sleep(0.5)


if __name__ == "__main__":
    asyncio.run(main())
