"""Every sentence the bot says. One catalogue a language: English here, others override it method by method.

Sentences are Telegram HTML (Bot API, "HTML style"); whatever a person or a file supplied is escaped here.
Digits stand in ``<code>``, so that a tap copies them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from types import MappingProxyType
from typing import ClassVar

from model.image_decoding import PhotoProblem
from model.limits import IMAGE_LIMITS


def percent(confidence: float) -> str:
    """A whole percentage that never claims 100."""
    return f"{min(int(confidence * 100), 99)} %"


# Characters of a caption's 1,024 (Bot API, sendPhoto): the rest is for words.
MAX_NUMBER_LENGTH = 700


def _marks(count: int) -> str:
    words = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
    return f"{words[count - 1] if count <= len(words) else count} {'mark' if count == 1 else 'marks'}"


def _code(text: str) -> str:
    """Digits as ``<code>``; what is too long for a caption is cut, and shows that it is."""
    shown = text if len(text) <= MAX_NUMBER_LENGTH else text[:MAX_NUMBER_LENGTH] + " …"
    return f"<code>{shown}</code>"


class Texts:
    """English, and the fallback of every other language."""

    # Buttons.
    right = "Right"
    yes = "Yes"
    all_right = "All right"
    another_digit = "It's another digit"
    show_input = "What you saw"
    not_a_digit = "Not a digit"
    back = "Back"
    consent_yes = "Yes, keep it to learn from"
    consent_no = "No, only fix the answer"
    forget_yes = "Yes, delete everything"
    forget_no = "No, keep it"
    cancel = "Cancel"

    def as_read(self, digits: str) -> str:
        """The button that keeps a reading as it is; ``digits`` is empty where there are none."""
        return f"it is {digits}" if digits else "there is no digit"

    def make_active(self, name: str) -> str:
        return f"Make {name} active"

    # The command menu and /help: a description for every command of ``bot.commands.COMMANDS``, by its name.
    command_descriptions: ClassVar[Mapping[str, str]] = MappingProxyType(
        {
            "start": "What I do",
            "help": "How to get the best reading",
            "correct": "Correct the last reading: /correct 427",
            "read": "Read the picture I reply to",
            "undo": "Undo the last correction",
            "stats": "How well I read your digits",
            "mydata": "Send me everything that is kept of mine",
            "privacy": "What is kept, and for how long",
            "forget": "Delete everything of mine",
            "id": "Tell me my Telegram id",
            "review": "Approve or reject labels before they are trained on",
            "retrain": "Train on the corrections",
            "models": "All model versions",
            "rollback": "Go back to the model before",
            "export": "Send me all samples",
            "health": "Check this installation",
        }
    )
    short_description = "Send me a photo of handwritten digits: I read them, and learn from corrections."
    description = (
        "I read handwritten digits on photos. Send one: a digit, a number, or a page of rows. "
        "If I am wrong, tap the digit to correct it. Photos are not kept; /privacy tells the rest."
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
        "<b>Correct me:</b> tap a digit, or send <code>/correct 427</code> as a reply to my answer or to your photo; "
        "without a reply it means your latest reading. A reply of digits alone corrects too. "
        "A photo with the caption <code>427</code> is read and corrected in one go."
    )

    def help_with(self, commands: Sequence[str]) -> str:
        """The help, and a line for each of these commands."""
        lines = [f"/{name} – {escape(self.command_descriptions[name])}" for name in commands]
        return "\n".join([self.help, "<b>Commands</b>", *lines])

    # Readings.
    nothing_found = (
        "I see no digit in this picture.\nWhat helps: a dark pen on plain paper, even light, and coming closer."
    )

    def is_this(self, text: str) -> str:
        """Of what may be digits, where none was read."""
        if len(text) == 1:
            return f"I am not sure that there is a digit. Is this a <b>{_code(text)}</b>?"
        return f"I am not sure that these are digits. Is this <b>{_code(text)}</b>? Tap a digit to correct it."

    def one(self, label: int, confidence: float) -> str:
        return f"<b><code>{label}</code></b> · {percent(confidence)} sure"

    def one_unsure(self, first: int, second: int, *, unread: int = 0) -> str:
        """``unread`` counts the marks that could not be read; the picture shows them."""
        question = f"This could be a <code>{first}</code> or a <code>{second}</code>. Which?"
        return f"{question}\nBeside it, {_marks(unread)} I could not read (dotted red box)." if unread else question

    def several(self, text: str) -> str:
        return f"I read <b>{_code(text)}</b>"

    def several_unsure(self, text: str, unsure: Sequence[tuple[int, int, int]], *, unread: int = 0) -> str:
        """``unsure`` holds (position from 1, likely label, next likely label) of each such digit; it may be empty.

        ``unread`` counts the marks that could not be read; the picture shows them.
        """
        digits = ", ".join(f"digit {position} (a {first} or a {second}?)" for position, first, second in unsure[:5])
        digits = digits or "all of it"
        more = " and others" if len(unsure) > 5 else ""
        doubt = f"; {_marks(unread)} I could not read (dotted red box), and" if unread else ", but"
        return f"I read <b>{_code(text)}</b>{doubt} I am not sure of {digits}{more}. Tap a digit to correct it."

    def left_out(self, count: int) -> str:
        """``count`` marks were left out that would be read without the person's earlier corrections."""
        return f"{_marks(count).capitalize()} I left out, as you taught me: no {'digit' if count == 1 else 'digits'}."

    def taught_one(self, label: int, else_read: int) -> str:
        """``else_read``: what the only digit would be without the person's earlier corrections."""
        without = f"without your corrections I would read a <code>{else_read}</code>"
        return f"A <code>{label}</code> as you taught me: {without}."

    def taught_several(self, digits: Sequence[tuple[int, int]]) -> str:
        """``digits`` holds (position from 1, label without the person's corrections) of each such digit."""
        if len(digits) > 3:
            return f"I read {len(digits)} digits as you taught me."
        listed = ", ".join(f"digit {position} (else a {else_read})" for position, else_read in digits)
        return f"I read {listed} as you taught me."

    def corrected(self, text: str, *, before: str) -> str:
        """An answer after a correction; ``text`` is empty where nothing of the reading is a digit, ``before`` where
        none had been read."""
        now = f"Corrected: <b>{_code(text)}</b>" if text else "Corrected: there is no digit in this picture"
        if not before or len(text) + len(before) > MAX_NUMBER_LENGTH:
            return now
        return f"{now} (I had read {_code(before)})"

    def which_label(self, number: int | None, label: int, correction: str) -> str:
        """``number``: the digit's place from 1, None where it is the only one. ``label``: what the model read."""
        read = f"read as <code>{label}</code>{correction}"
        return f"Digit {number} ({read}): which is it?" if number else f"{read.capitalize()}: which digit is it?"

    def corrected_to(self, label: int) -> str:
        """After the label that the model read."""
        return f", corrected to {label}"

    marked_as_none = ", not a digit"

    digit_images = "This is what I looked at, digit by digit. The bars say how likely I found each of 0 to 9."

    def first_digit_images(self, shown: int, total: int) -> str:
        return (
            f"This is what I looked at: the first {shown} of {total} digits. "
            "The bars say how likely I found each of 0 to 9."
        )

    def read_again(self, count: int) -> str:
        return f"Looking again: now I see {count}."

    # Corrections.
    # The words that may stand before the digits of a reply: "no, it says 427".
    # fmt: off
    lead_in_words = frozenset((
        "no", "nope", "sorry", "actually", "rather", "it", "it's", "its", "this", "that", "that's", "is", "was",
        "says", "reads", "should", "must", "be", "the", "number", "digit", "digits",
    ))
    # fmt: on
    thanks = "Thank you!"
    glad = "Glad to hear it."
    correct_usage = (
        "Tell me the digits, like <code>/correct 427</code>: as a reply to my answer or to your photo, "
        "or without a reply for your latest reading."
    )

    def not_digits(self, given: str) -> str:
        shown = escape(given if len(given) <= 30 else given[:30] + "…")
        return f"<code>{shown}</code> is not made of digits 0 to 9. {self.correct_usage}"

    def correction_done(self, text: str) -> str:
        return f"Corrected: {_code(text)}." if text else "Corrected: there is no digit in this picture."

    def other_count(self, found: int, wanted: int) -> str:
        return (
            f"I found {found} {'digit' if found == 1 else 'digits'} and you gave {wanted}. I looked again and could "
            f"not find {wanted}. What helps: digits that do not touch, a dark pen, plain paper; or tap what is wrong."
        )

    def count_question(self, given: int, found: int) -> str:
        seen = f"I see {found}" if found else "I see none"
        return f"You gave {given} {'digit' if given == 1 else 'digits'} and {seen}: which is right?"

    reply_elsewhere = (
        "You replied to a message that is not in this chat, so I cannot tell which reading you mean. "
        "Reply to my answer here."
    )
    nothing_to_correct = "I have no reading of yours in this chat to correct. Send me a photo first."
    foreign_reading = "This is somebody else's reading: only the person who sent the photo can correct it."

    def reading_gone(self, days: int) -> str:
        return f"That reading is gone: readings are deleted after {days} days. Send the photo again."

    reading_deleted = "That reading is gone: it was deleted, or could not be stored. Send the photo again."
    reading_missing = "I have no reading of this picture: it was not read or not stored, or was deleted. Send it again."

    button_expired = "This button has expired. Send the photo again."

    def undone(self, text: str) -> str:
        return f"Undone: the reading is {_code(text)} again." if text else "Undone: the picture has no digit again."

    nothing_to_undo = "There is no correction of yours to undo."

    # Consent.
    consent_question = (
        "The answer is corrected. May I <b>keep this correction to learn from</b>?\n"
        "I would keep the small digit image (28x28 pixels) and your label, encrypted, until you say /forget. "
        "Never the photo.\n"
        "This goes for later corrections too, and for readings you mark as right; /privacy lets you change your mind."
    )
    consent_given = "Thank you: your corrections are kept to learn from. /privacy tells how to end that."
    consent_refused = "Fine: your corrections only fix the answer and are not kept to learn from."

    # Account.
    def privacy(self, days: int, *, consented: bool) -> str:
        consent = "You have given your consent." if consented else "You have not given your consent."
        return (
            "<b>What is kept</b>\n"
            "· Photos: never; they are read in memory and dropped.\n"
            "· A reading (the digits, their 28x28 images, your Telegram id and name, Telegram's handle on the photo): "
            f"{days} days, so that you can correct it.\n"
            "· Corrections to learn from (28x28 image and label): only with your consent, until you withdraw it. "
            f"{consent}\n"
            "· What your corrections change in reading your photos, and yours alone: as long as those corrections.\n"
            "· A message that waits for its answer: until it is answered, a day at most.\n"
            f"· Backups of all this, made by the owner's machine: {days} days.\n"
            "Everything is encrypted where it is stored, goes to nobody else, and serves nothing but reading digits.\n"
            "/mydata sends you all that is kept of yours.\n"
            "<b>To end it:</b> /forget deletes everything of yours; the buttons below give or withdraw consent."
        )

    forget_question = "Delete your readings, your corrections and what is known about you? This cannot be undone."

    def deleted(self, readings: int, corrections: int, *, traces: bool, models: int = 0) -> str:
        """``traces``: the deleted bytes are not yet overwritten in the database's files. ``models``: how many versions
        were trained on what is deleted."""
        left = (
            "Gone for good; the last traces leave the file within the hour." if traces else "Nothing of yours is left."
        )
        trained = (
            f" {models} {'model' if models == 1 else 'models'} trained on it will be trained anew." if models else ""
        )
        return f"Done: {readings} readings and {corrections} corrections deleted. {left}{trained}"

    nothing_deleted = "Nothing was deleted."

    # Whoever writes in the name of a group or channel. Groups can read it, so it says nothing of anybody.
    no_person = (
        "You write in the name of a group or channel, so I cannot tell who you are. "
        "For this, write to me under your own name, best in our private chat."
    )
    no_id = (
        "You write in the name of a group or channel: everybody who does shares one id, so I cannot name one for you. "
        "Send /id under your own name, best in our private chat."
    )

    def cannot_forget(self, days: int) -> str:
        return (
            "You write in the name of a group or channel, so I cannot tell what is yours, and nothing was deleted. "
            f"Readings for a group or channel are deleted after {days} days, and their corrections with them; none is "
            "ever kept to learn from. To delete what you sent under your own name, send /forget under that name."
        )

    def your_id(self, number: int, *, admin: bool) -> str:
        role = "You are an admin here." if admin else "The owner can name it in DIGITBOT_ADMINS to make you an admin."
        return f"Your Telegram id is <code>{number}</code>. {role}"

    # Messages that are no photo.
    text_hint = "Send me a photo of handwritten digits. /help tells more."
    unknown_command = "I do not know this command. /help tells what I can do."
    not_a_still = "I read still pictures only. Send a photo, or a picture as a file."
    not_allowed = "This bot is for invited people. If you have the invite word, send it to me."
    access_given = "Welcome!"

    read_usage = "Send /read as a reply to a picture, and I read it."
    group_admins_only = (
        "This is a reading for the group, and I cannot see that you are one of its admins. "
        "Its anonymous admins can always send /correct 427 as a reply."
    )
    not_your_button = "This button is not yours."

    # Training, for admins.
    admins_only = "Only admins can do that. /id tells you your id; the owner can name it in DIGITBOT_ADMINS."
    no_admins = (
        "Nobody is an admin yet. If this bot is yours: /id tells you your id, put it into DIGITBOT_ADMINS and start "
        "the bot again."
    )
    nothing_new = "There is nothing new to train on: the active model was trained on every correction that may be used."
    nothing_approved = "There is nothing to train on: no correction has been approved yet. /review shows them."
    cancelling = "The run is being ended."
    run_over = "That run is over."
    version_gone = "That version is no longer kept."
    no_version_before = "There is no version before this one."

    # Review of labels, for admins.
    nothing_to_review = "There is no label to review: none was given that may be kept, or all were reviewed."
    review_in_private = "I show people's digits only in our private chat: send /review there."
    sheet_reviewed = "This sheet is reviewed. /review shows the next one, if there is any."

    def review_sheet(self, shown: int, waiting: int, doubtful: int) -> str:
        """``waiting`` labels are not reviewed, of which ``doubtful`` are left out of training."""
        doubt = f", {doubtful} of them left out of training until you approve them (dashed frame)" if doubtful else ""
        return (
            f"{shown} of {waiting} labels to review{doubt}, the oddest first.\n"
            "Under each digit: its number, what I read, the label that was given, and how odd that is. "
            "Tap a number to approve or reject one label."
        )

    def approve(self, place: int) -> str:
        return f"Approve {place}"

    def reject(self, place: int) -> str:
        return f"Reject {place}"

    def approve_all(self, count: int) -> str:
        return f"Approve all {count}"

    def reject_all(self, count: int) -> str:
        return f"Reject all {count}"

    def reviewed(self, count: int, *, approved: bool) -> str:
        what = "1 label was" if count == 1 else f"{count} labels were"
        return f"{what} {'approved' if approved else 'rejected'}." if count else "Those labels are gone."

    def run_in_progress(self, run: int) -> str:
        return f"Training run {run} is in progress. One at a time: wait for it, or cancel it."

    def run_started(self, run: int) -> str:
        return f"Training run {run} starts …"

    def run_from_new_base(self, run: int, base: str) -> str:
        return f"Training run {run} starts from the new base model {escape(base)} …"

    def trained_from_new_base(self, base: str) -> str:
        return f"Trained from the new base model {escape(base)}; the version before it stays for /rollback."

    def run_progress(self, run: int, corrections: int, share: float, left: float) -> str:
        """``share`` 0..1 of the run is done; ``left`` in seconds."""
        filled = round(share * 10)
        bar = "▓" * filled + "░" * (10 - filled)
        data = f"{corrections:,} {'correction' if corrections == 1 else 'corrections'} and replayed digits"
        return f"Training run {run} · {data} · {bar} {int(share * 100)} % · about {left:.0f} s left"

    def run_ended(self, run: int, reason: str) -> str:
        return f"Training run {run} ended without a model: {escape(reason.rstrip('.'))}."

    def run_cancelled(self, run: int) -> str:
        return f"Training run {run} was cancelled. The active model stays the same."

    def run_result(self, run: int, version: str, refusal: str, lines: Sequence[str]) -> str:
        """``refusal`` is empty where the version was made active."""
        name = f"<b>{escape(version)}</b>"
        verdict = f"{name} refused, because {escape(refusal)}" if refusal else f"{name} made active"
        return "\n".join([f"Training run {run}: {verdict}", *lines])

    nothing_gained = "nothing gained, the model stays"

    def gain(self, fixed: int, misread: int, broken: int) -> str:
        """What a training does to corrections that it was not shown; ``misread`` by the active model."""
        return f"Corrections it was not trained on: fixes {fixed} of {misread}, breaks {broken}."

    def doubtful_labels(self, count: int) -> str:
        if count == 1:
            return "1 label looks wrong and was left out: /review shows it."
        return f"{count} labels look wrong and were left out: /review shows them."

    def before_after(self, what: str, before: float, after: float, n: int) -> str:
        return f"{what}: {before:.2%} → {after:.2%} (n = {n:,})"

    # What is written in the picture of a run. Where its font lacks a letter, numbers stand there, and the caption lists
    # these words.
    figure_learning_curve = "Learning curve"
    figure_epoch = "epoch"
    figure_accuracy = "accuracy, %"
    figure_training = "training digits, augmented"
    figure_validation = "validation digits"
    figure_read_as = "read as"
    figure_true_digit = "is"
    figure_before = "before"
    figure_after = "after"

    def figure_gained(self, fixed: str, misread: str, broken: str) -> str:
        """The heading of that picture; the numbers are not known yet, so no word may depend on them."""
        return f"Corrections it was not trained on: {fixed} of {misread} misread ones fixed, {broken} broken"

    mnist_test = "MNIST test"
    validation_digits = "validation digits"

    def trained_on(self, count: int, seconds: float) -> str:
        return f"Trained on {count} {'correction' if count == 1 else 'corrections'} in {seconds:.0f} s."

    def without_mnist(self, reason: str) -> str:
        return f"MNIST was not available, so only the last layer was trained. {escape(reason)}"

    def refused_for(self, check: str, value: float, limit: float, n: int) -> str:
        """A failed check of the promotion gate (``training.finetuning.promotion_gate.Check``)."""
        if check == "size":
            return f"the model has {value:,.0f} bytes with its .keras file, and {limit:,.0f} are allowed"
        if check == "finite":
            return f"only {value:.1%} of its outputs are finite numbers"
        if check in {"corrections", "readings"}:
            return self.nothing_gained
        return f"of {n:,} validation digits it reads {value:.2%}, and at least {limit:.2%} are required"

    def version_line(self, name: str, *, active: bool, numbers: str, made: str, stale: bool) -> str:
        notes = [numbers, made, "to be retrained: corrections were withdrawn" if stale else ""]
        return " · ".join([f"<b>{escape(name)}</b>", *["active"] * active, *(note for note in notes if note)])

    def health(self, findings: Sequence[tuple[str, str, str]]) -> str:
        """``findings`` holds (check, result, how to mend it) of each check; nothing to mend where all is well."""
        lines = []
        for check, result, mend in findings:
            mended = f"\n   <i>To mend it:</i> {escape(mend[:200])}." if mend else ""
            lines.append(f"{'⚠' if mend else '✓'} <b>{escape(check)}</b>: {escape(result[:200])}{mended}")
        return "\n".join(lines)

    def now_active(self, name: str) -> str:
        return f"<b>{escape(name)}</b> answers now."

    def skipped_versions(self, names: Sequence[str], serving: str) -> str:
        """``names`` of the damaged versions that were skipped; ``serving``: of the one that is active instead."""
        damaged = escape(", ".join(names))
        return f"Damaged in the registry and skipped: {damaged}. {escape(serving)} answers. See digitbot db check."

    def version_taken_back(self, version: str, serving: str) -> str:
        return (
            f"The bot ended twice while {escape(version)} read its first photos, so {escape(serving)} answers again. "
            "See its log before you activate that version again."
        )

    def networks_damaged(self, networks: Sequence[str], serving: str) -> str:
        return (
            f"Damaged in the installed package: {escape(', '.join(networks))}. {escape(serving)} answers for now; "
            "install digitbot again so that photos are read as well as before."
        )

    # Notices to the admins; nothing in them is about anybody.
    def notice(self, html: str, identifier: str, more: int) -> str:
        """``more``: how many notices of the same kind were left out since the last one."""
        others = f", {more} more like it since the last" if more else ""
        return f"{html}\n<i>Notice</i> <code>{identifier}</code>{others}"

    def broke(self, reason: str) -> str:
        """``reason``: a sentence where the error has one for a person, or empty."""
        why = f" {escape(reason)}" if reason else ""
        return f"An error kept me from answering somebody, and they were told so.{why} The log has it under this id."

    def task_failed(self, name: str) -> str:
        return f"A background task failed and begins again: {escape(name)}. The log says why."

    def update_due(self, new: int) -> str:
        return f"{new:,} new corrections wait that the active model was not trained on: /retrain trains on them."

    def base_waiting(self, base: str, base_numbers: str, active: str, active_numbers: str) -> str:
        """``*_numbers``: what was measured of each on MNIST's test digits, or empty."""
        numbers = f" ({base_numbers})" if base_numbers else ""
        beside = f" ({active_numbers})" if active_numbers else ""
        return (
            f"This version of digitbot brings a new base model, <b>{escape(base)}</b>{numbers}; "
            f"<b>{escape(active)}</b>{beside} still answers, which was trained from an older one. /retrain trains the "
            "new one on the corrections, measures both and keeps what is better; /rollback goes back."
        )

    def run_notice(self, run: int, state: str, version: str) -> str:
        """``state`` as in ``storage.training_runs.RunState``; ``version`` is empty where none was made."""
        made = f": {escape(version)}" if version else ""
        return f"Training run {run} ended, {escape(state)}{made}. /models lists what there is."

    # Statistics and data.
    photos_a_day = "Photos read, by day"
    right_a_day = "Digits that were labelled, by day: filled what I had read right, hatched what not"
    confused_digits = "What I misread most, and what it was"
    only_in_private = "That is about people's data, so I send it in a private chat only: write to me there."
    no_samples = "There is no sample yet: nobody has made a correction that may be kept."
    no_data = "Nothing is stored about you."

    def statistics(self, readings: int, digits: int, right: int, wrong: int, *, people: int | None = None) -> str:
        """``people``: whose statistics these are; None for the person's own."""
        whose = "Of yours I keep" if people is None else f"Of {people:,} {'person' if people == 1 else 'people'} I keep"
        read = f"{whose} {readings:,} {'reading' if readings == 1 else 'readings'} with {digits:,} digits."
        if not right + wrong:
            return f"{read} None of them was confirmed or corrected."
        share = f"{right / (right + wrong):.0%}"
        return f"{read} Of {right + wrong:,} digits that were labelled I had read {right:,} right ({share})."

    def my_data(self, readings: int, corrections: int) -> str:
        return (
            f"Everything that is stored about you: {readings:,} readings, {corrections:,} corrections. /forget ends it."
        )

    def exported(self, samples: int) -> str:
        return f"{samples:,} {'sample' if samples == 1 else 'samples'}: PNG folders, a table, and MNIST's idx files."

    def too_large_to_send(self, megabytes: float) -> str:
        return (
            f"That is {megabytes:.0f} MB, and a bot may send 50 MB (Telegram's limit). "
            "On the bot's machine `digitbot samples export DIR` writes all samples."
        )

    # Errors.
    network_trouble = (
        "The connection to Telegram broke while I answered. If my answer is missing, please send that again."
    )

    def telegram_was_away(self, minutes: float, reason: str) -> str:
        return (
            f"I could not reach Telegram for {minutes:.0f} minutes ({escape(reason)}). I am back, and what was sent "
            "meanwhile is being answered."
        )

    download_failed = "I could not download the picture from Telegram. Please send it again."
    not_stored = "I cannot write to the database just now, so this reading cannot be corrected later."

    no_database = "I cannot use the database just now, so nothing was changed. Please try again later."

    def database_trouble(self, identifier: str) -> str:
        return f"{self.no_database} The owner finds more in the log under <code>{identifier}</code>."

    def error(self, identifier: str) -> str:
        return (
            "Something went wrong on my side; nothing of yours was lost. Please try again; "
            f"if it happens again, tell the owner <code>{identifier}</code>."
        )

    def photo_problem(self, problem: PhotoProblem) -> str:
        return _PHOTO_PROBLEMS[problem]


_PHOTO_PROBLEMS = {
    PhotoProblem.EMPTY: "This file is empty. Send the picture again.",
    PhotoProblem.TOO_LARGE: f"This file is larger than {IMAGE_LIMITS.file_bytes // 2**20} MB. "
    "Send it as a photo, or make it smaller.",
    PhotoProblem.NOT_AN_IMAGE: "This is not a picture that I can open. "
    "Send a photo, or a JPEG, PNG, WebP, HEIC, TIFF, BMP or GIF file.",
    PhotoProblem.TRUNCATED: "This picture is damaged or cut off. Send it again.",
    PhotoProblem.TOO_MANY_PIXELS: "This picture has too many pixels. Send it as a photo, or make it smaller.",
    PhotoProblem.TOO_LONG: f"One side of this picture is longer than {IMAGE_LIMITS.side:,} pixels. Crop it.",
    PhotoProblem.TOO_COSTLY: "This picture takes too long to read. Crop it, or send it as a photo.",
    PhotoProblem.DEADLY: "I stopped twice while I read this picture, so it is set aside. Send another one.",
}

CATALOGUES: dict[str, Texts] = {"en": Texts()}


def texts_for(language: str | None) -> Texts:
    """The catalogue of an IETF language tag (``"de-AT"``); English where there is none."""
    return CATALOGUES.get((language or "en").split("-")[0].lower(), CATALOGUES["en"])
