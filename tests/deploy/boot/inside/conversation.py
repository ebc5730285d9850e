"""One step of a conversation with the bot, on the playground: runs inside the machine.

conversation.py ADDRESS photo          send a photo and wait for its answer, which is printed and counted from 0
conversation.py ADDRESS correct N TEXT     correct answer N, and consent where the bot asks
conversation.py ADDRESS retrain        start a run and wait for its end
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from bot.playground.client import Participant, People

STATE = Path.home() / "conversation.json"
ANSWER_S = 120.0
RUN_S = 420.0
CONSENT = "Yes, keep it to learn from"


async def main(address: str, step: str, *arguments: str) -> None:
    state = json.loads(STATE.read_text("utf-8")) if STATE.exists() else {"answers": []}
    async with People.at(address) as people:
        if "chat" not in state:
            made = await people("Ann", admin=True)
            state |= {"id": made.id, "chat": made.chat}
        ann = Participant(people.client, state["id"], state["chat"])
        print(await STEPS[step](ann, state["answers"], *arguments))
    STATE.write_text(json.dumps(state), "utf-8")


async def photo(ann: Participant, answers: list[Any]) -> str:
    sample = (await ann.client.get("/playground/samples/427.jpg")).content
    answer = await answer_to(ann, await ann.photo(sample))
    answers.append(answer)
    return ann.words(answer)


async def correct(ann: Participant, answers: list[Any], number: str, text: str) -> str:
    answer = await answer_to(ann, await ann.says(f"/correct {text}", reply_to=answers[int(number)]))
    if not any("consent" in one for one in answers):
        await ann.press(await ann.until(lambda: asked_for_consent(ann), ANSWER_S, "the question for consent"), CONSENT)
        answers[0]["consent"] = True
    return ann.words(answer)


def asked_for_consent(ann: Participant) -> Any:
    return next((one for one in ann.messages.values() if CONSENT in ann.labels(one)), None)


async def retrain(ann: Participant, _: list[Any]) -> str:
    asked = await ann.says("/retrain")

    def ended() -> Any:
        told = [one for one in ann.messages.values() if one["bot"] and one["id"] > asked["id"]]
        return next((one for one in told if not one["buttons"]), None)

    return ann.words(await ann.until(ended, RUN_S, "the end of the run"))


async def answer_to(ann: Participant, asked: Any) -> Any:
    def answered() -> Any:
        return next((one for one in ann.messages.values() if one["bot"] and one["id"] > asked["id"]), None)

    return await ann.until(answered, ANSWER_S, "an answer")


STEPS: dict[str, Callable[..., Awaitable[str]]] = {"photo": photo, "correct": correct, "retrain": retrain}

if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
