"""Every sentence the bot says. One catalogue a language: English here, others override it method by method.

Sentences are Telegram HTML (Bot API, "HTML style"); whatever a person or a file supplied is escaped here.
Digits stand in ``<code>``, so that a tap copies them.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from model.image_decoding import PhotoProblem


def percent(confidence: float) -> str:
    """A whole percentage that never claims 100."""
    return f"{min(int(confidence * 100), 99)} %"


# Of a caption's 1,024 signs (Bot API, sendPhoto): the rest is for words.
LONGEST_NUMBER = 700


def _code(text: str) -> str:
    """Digits as a tap copies them; what is too long for a caption is cut, and shows that it is."""
    shown = text if len(text) <= LONGEST_NUMBER else text[:LONGEST_NUMBER] + " …"
    return f"<code>{shown or '–'}</code>"


class Texts:
    """English, and the fallback of every other language."""

    # What stands on buttons.
    right = "Right"
    all_right = "All right"
    another_digit = "It's another digit"
    what_you_saw = "What you saw"
    not_a_digit = "Not a digit"
    back = "Back"
    consent_yes = "Yes, keep it to learn from"
    consent_no = "No, only fix the answer"
    forget_yes = "Yes, delete everything"
    forget_no = "No, keep it"
    cancel = "Cancel"

    def make_active(self, name: str) -> str:
        return f"Make {name} active"

    # The command menu: (command, description).
    commands = (
        ("start", "What I do"),
        ("help", "How to get the best reading"),
        ("correct", "Put the last reading right: /correct 427"),
        ("read", "Read the picture I reply to"),
        ("undo", "Take the last correction back"),
        ("privacy", "What is kept, and for how long"),
        ("forget", "Delete everything of mine"),
        ("id", "Tell me my Telegram id"),
    )

    admin_commands = (
        ("retrain", "Learn from the corrections"),
        ("models", "All model versions"),
        ("rollback", "Go back to the model before"),
    )
    short_description = "Send me a photo of handwritten digits: I read them, and learn from corrections."
    description = (
        "I read handwritten digits on photos. Send one: a digit, a number, or a page of rows. "
        "If I am wrong, a tap puts me right. Photos are not kept; /privacy tells the rest."
    )

    start = (
        "Send me a photo of handwritten digits and I read them.\n"
        "If one is wrong, tap it, or answer <code>/correct 427</code>.\n"
        "I keep no photos. Corrections are kept to learn from only if you say so: /privacy\n"
        "/help tells what makes a good photo."
    )
    help = (
        "<b>Send</b> a photo, or a picture as a file: one digit, a number, or several rows.\n"
        "<b>What helps:</b> a dark pen, plain paper, even light, and close enough that the digits are easy to see.\n"
        "<b>Put me right:</b> tap a digit, or send <code>/correct 427</code> as a reply to my answer or to your photo; "
        "without a reply it means your latest reading. A photo with the caption <code>427</code> is read and put right "
        "in one go.\n"
        "/undo takes the last correction back · /privacy tells what is kept · /forget deletes it · /id tells your id"
    )

    # Readings.
    nothing_found = (
        "I see no digit in this picture.\nWhat helps: a dark pen on plain paper, even light, and coming closer."
    )

    def one(self, label: int, confidence: float) -> str:
        return f"<b><code>{label}</code></b> · {percent(confidence)} sure"

    def one_unsure(self, first: int, second: int) -> str:
        return f"This could be a <code>{first}</code> or a <code>{second}</code>. Which?"

    def several(self, text: str) -> str:
        return f"I read <b>{_code(text)}</b>"

    def several_unsure(self, text: str, doubtful: Sequence[tuple[int, int, int]]) -> str:
        """``doubtful`` holds (place from 1, likely label, next likely label) of every digit below the threshold."""
        places = ", ".join(f"digit {place} (a {first} or a {second}?)" for place, first, second in doubtful[:5])
        places = places or "all of it"
        more = " and others" if len(doubtful) > 5 else ""
        return f"I read <b>{_code(text)}</b>, but I am not sure of {places}{more}. Tap a digit to put it right."

    def corrected(self, text: str, *, before: str) -> str:
        """What an answer says once it was put right; ``text`` is empty where nothing of it was a digit."""
        if len(text) + len(before) > LONGEST_NUMBER:
            return f"Put right: <b>{_code(text)}</b>"
        return f"Put right: <b>{_code(text)}</b> (I had read {_code(before)})"

    saw = "This is what I looked at, digit by digit."

    def saw_cut(self, shown: int, total: int) -> str:
        return f"This is what I looked at: the first {shown} of {total} digits."

    def looking_again(self, count: int) -> str:
        return f"Looking again: now I see {count}."

    # Corrections.
    thanks = "Thank you!"
    glad = "Glad to hear it."
    correct_how = (
        "Tell me the digits, like <code>/correct 427</code>: as a reply to my answer or to your photo, "
        "or without a reply for your latest reading."
    )

    def not_digits(self, given: str) -> str:
        shown = escape(given if len(given) <= 30 else given[:30] + "…")
        return f"<code>{shown}</code> is not made of digits 0 to 9. {self.correct_how}"

    def put_right(self, text: str) -> str:
        return f"Put right: {_code(text)}."

    def other_count(self, found: int, wanted: int) -> str:
        return (
            f"I found {found} {'digit' if found == 1 else 'digits'} and you gave {wanted}. I looked again and could "
            f"not find {wanted}. What helps: digits that do not touch, a dark pen, plain paper; or tap what is wrong."
        )

    nothing_to_correct = "I have no reading of yours in this chat to put right. Send me a photo first."
    foreign_reading = "This is somebody else's reading: only the person who sent the photo can put it right."

    def reading_gone(self, days: int) -> str:
        return f"That reading is gone: readings are deleted after {days} days. Send the photo again."

    button_expired = "This button has expired. Send the photo again."

    def undone(self, text: str) -> str:
        return f"Taken back: the reading says {_code(text)} again."

    nothing_to_undo = "There is no correction of yours to take back."

    # Consent.
    consent_question = (
        "Your answer is put right. May I <b>keep this correction to learn from</b>?\n"
        "I would keep the small digit image (28x28 points) and your label, encrypted, until you say /forget. "
        "Never the photo.\n"
        "This goes for later corrections too, and for readings you mark as right; /privacy lets you change your mind."
    )
    consent_given = "Thank you: your corrections are kept to learn from. /privacy tells how to end that."
    consent_refused = "Fine: your corrections only fix the answer and are not kept to learn from."

    # Account.
    def privacy(self, days: int, *, consented: bool) -> str:
        state = "You allowed that." if consented else "You have not allowed that."
        return (
            "<b>What is kept</b>\n"
            "· Photos: never; they are read in memory and dropped.\n"
            "· A reading (the digits, their 28x28 images, your Telegram id and name, Telegram's handle on the photo): "
            f"{days} days, so that you can put it right.\n"
            f"· Corrections to learn from (28x28 image and label): only with your consent, until you end it. {state}\n"
            "Everything is encrypted where it is stored, goes to nobody else, and serves nothing but reading digits.\n"
            "<b>To end it:</b> /forget deletes everything of yours; the buttons below give or withdraw consent."
        )

    forget_question = "Delete your readings, your corrections and what is known about you? This cannot be undone."

    def forgotten(self, readings: int, corrections: int) -> str:
        return f"Done: {readings} readings and {corrections} corrections deleted. Nothing of yours is left."

    kept = "Nothing was deleted."

    def your_id(self, number: int, *, admin: bool) -> str:
        role = "You are an admin here." if admin else "The owner can name it in DIGITBOT_ADMINS to make you an admin."
        return f"Your Telegram id is <code>{number}</code>. {role}"

    # Things that are no photo.
    text_hint = "Send me a photo of handwritten digits. /help tells more."
    unknown_command = "I do not know this command. /help tells what I can do."
    not_a_still = "I read still pictures only. Send a photo, or a picture as a file."
    not_allowed = "This bot is for invited people. If you have the invite word, send it to me."
    welcome_in = "Welcome!"

    read_how = "Send /read as a reply to a picture, and I read it."
    not_your_button = "This button is not yours."

    # Training, for admins.
    admins_only = "Only admins can do that. /id tells you your id; the owner can name it in DIGITBOT_ADMINS."
    no_admins = (
        "Nobody is an admin yet. If this bot is yours: /id tells you your id, put it into DIGITBOT_ADMINS and start "
        "the bot again."
    )
    nothing_new = "There is nothing new to learn: the active model knows all corrections that may be learnt from."
    cancelling = "The run is being ended."
    run_over = "That run is over."
    version_gone = "That version is no longer kept."
    no_version_before = "There is no version before this one."

    def run_going(self, run: int) -> str:
        return f"Training run {run} is going on. One at a time: wait for it, or cancel it."

    def run_begins(self, run: int) -> str:
        return f"Training run {run} begins …"

    def run_progress(self, run: int, corrections: int, share: float, epoch: int, left: float) -> str:
        """``share`` 0..1 of the run is done; ``left`` in seconds."""
        filled = round(share * 10)
        bar = "▓" * filled + "░" * (10 - filled)
        learnt = f"{corrections:,} {'correction' if corrections == 1 else 'corrections'} + rehearsal"
        return f"Training run {run} · {learnt} · epoch {epoch} {bar} {int(share * 100)} % · about {left:.0f} s left"

    def run_judged(self, run: int) -> str:
        return f"Training run {run} · learnt; now it is being judged …"

    def run_ended(self, run: int, reason: str) -> str:
        return f"Training run {run} ended without a model: {escape(reason.rstrip('.'))}."

    def run_cancelled(self, run: int) -> str:
        return f"Training run {run} was cancelled. The model that answered before answers on."

    def run_result(self, run: int, version: str, refusal: str, lines: Sequence[str]) -> str:
        """``refusal`` is empty where the version was made active."""
        name = f"<b>{escape(version)}</b>"
        verdict = f"{name} refused, because {escape(refusal)}" if refusal else f"{name} made active"
        return "\n".join([f"Training run {run}: {verdict}", *lines])

    def before_after(self, what: str, before: float, after: float, n: int) -> str:
        return f"{what}: {before:.2%} → {after:.2%} (n = {n:,})"

    mnist_test = "MNIST test"
    validation_digits = "validation digits"
    is_holdout = "corrections held back"

    def learnt_from(self, count: int, seconds: float) -> str:
        return f"Learnt from {count} {'correction' if count == 1 else 'corrections'} in {seconds:.0f} s."

    def without_mnist(self, reason: str) -> str:
        return f"MNIST was not at hand, so only the last layer learnt. {escape(reason)}"

    def refused_for(self, check: str, value: float, limit: float, n: int) -> str:
        """One check of the gate that failed (``training.finetuning.promotion_gate.Check``)."""
        if check == "size":
            return f"the model takes {value:,.0f} bytes, and {limit:,.0f} are allowed"
        if check == "finite":
            return f"only {value:.1%} of its outputs are finite numbers"
        what = "validation digits" if check == "validation" else "held-back corrections"
        return f"of {n:,} {what} it reads {value:.2%}, and at least {limit:.2%} were asked for"

    def version_line(self, name: str, *, active: bool, numbers: str, made: str, stale: bool) -> str:
        notes = [numbers, made, "to be retrained: somebody took corrections back" if stale else ""]
        return " · ".join([f"<b>{escape(name)}</b>", *["active"] * active, *(note for note in notes if note)])

    def now_active(self, name: str) -> str:
        return f"<b>{escape(name)}</b> answers now."

    def passed_over(self, names: Sequence[str], serving: str) -> str:
        damaged = escape(", ".join(names))
        return f"Damaged in the registry and passed over: {damaged}. {escape(serving)} answers. See digitbot db check."

    def networks_damaged(self, networks: Sequence[str], serving: str) -> str:
        return (
            f"Damaged in the installed package: {escape(', '.join(networks))}. {escape(serving)} answers for now; "
            "install digitbot again so that photos are read as well as before."
        )

    # Trouble.
    network_trouble = "The line to Telegram broke while I answered. If my answer is missing, please send that again."
    fetch_failed = "I could not fetch the picture from Telegram. Please send it again."
    not_kept = "I cannot write to my memory just now, so this reading cannot be put right later."

    def database_trouble(self, identifier: str) -> str:
        return (
            "I cannot use my memory just now, so nothing was changed. Please try again later; "
            f"the owner finds more in the log under <code>{identifier}</code>."
        )

    def error(self, identifier: str) -> str:
        return (
            "Something went wrong on my side; nothing of yours was lost. Please try again; "
            f"if it happens again, tell the owner <code>{identifier}</code>."
        )

    def photo_problem(self, problem: PhotoProblem) -> str:
        return _PHOTO_PROBLEMS[problem]


_PHOTO_PROBLEMS = {
    PhotoProblem.EMPTY: "This file is empty. Send the picture again.",
    PhotoProblem.TOO_LARGE: "This file is larger than 20 MB. Send it as a photo, or make it smaller.",
    PhotoProblem.NOT_AN_IMAGE: "This is not a picture that I can open. "
    "Send a photo, or a JPEG, PNG, WebP, HEIC, TIFF, BMP or GIF file.",
    PhotoProblem.TRUNCATED: "This picture is damaged or cut off. Send it again.",
    PhotoProblem.TOO_MANY_PIXELS: "This picture has too many pixels. Send it as a photo, or make it smaller.",
}

CATALOGUES: dict[str, Texts] = {"en": Texts()}


def texts_for(language: str | None) -> Texts:
    """The catalogue of an IETF language tag (``"de-AT"``); English where there is none."""
    return CATALOGUES.get((language or "en").split("-")[0].lower(), CATALOGUES["en"])
