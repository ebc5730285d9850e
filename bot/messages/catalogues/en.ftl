# Every sentence of the bot in English: the catalogue that the others are translated from (docs/translating.md).
#
# A sentence is Telegram HTML (<b>, <i>, <code>) unless its group says "plain text". Digits that were read stand in
# <code>, so that a tap copies them; commands (/forget) and names of settings (DIGITBOT_ADMINS) stay as they are.

language-name = English

## Buttons: plain text, as short as possible.

right = Right
yes = Yes
all-right = All right
another-digit = It's another digit
show-input = What you saw
not-a-digit = Not a digit
back = Back
consent-yes = Yes, keep it to learn from
consent-no = No, only fix the answer
forget-yes = Yes, delete everything
forget-no = No, keep it
cancel = Cancel
# The button that keeps a reading as it is. $digits (text): what was read, as "427".
as-read = it is { $digits }
as-read-none = there is no digit
# $name (text): a model version, as "ft-12".
make-active = Make { $name } active
approve = Approve { $place }
reject = Reject { $place }
approve-all = Approve all { $count }
reject-all = Reject all { $count }
language-automatic = As in Telegram

## The command menu and the bot's profile: plain text, a command at most 60 characters, short-description 120,
## description 512.

command-start = What I do
command-help = How to get the best reading
command-correct = Correct me: /correct 427
command-read = Read the picture I reply to
command-undo = Undo the last correction
command-cancel = Cancel what is going on
command-stats = How well I read your digits
command-mydata = Send me all that is kept of me
command-privacy = What is kept, and how long
command-forget = Delete everything of mine
command-language = Choose the language
command-id = Tell me my Telegram id
command-review = Approve or reject labels
command-retrain = Train on the corrections
command-models = All model versions
command-rollback = Back to the model before
command-export = Send me all samples
command-health = Check this installation
short-description = Send me a photo of handwritten digits: I read them, and learn from corrections.
description =
    I read handwritten digits on photos. Send one: a digit, a number, or a page of rows. If I am wrong, tap the digit to correct it. Photos are not kept; /privacy tells the rest.

## Help

start =
    Send me a photo of handwritten digits and I read them.
    If one is wrong, tap it, or answer <code>/correct 427</code>.
    I keep no photos. Corrections are kept to learn from only if you say so: /privacy
    /help tells what makes a good photo.
help =
    <b>Send</b> a photo, or a picture as a file: one digit, a number, or rows of them.
    <b>What helps:</b> a dark pen, plain paper, even light, close up.
    <b>Correct me:</b> tap a digit, or reply <code>427</code> or <code>/correct 427</code>; without a reply /correct means your latest reading. As a photo's caption it works too.
# $name (text): of the bot, with its @.
start-in-group =
    In a group I answer only when I am addressed:
    · reply <code>/read{ $name }</code> to a photo,
    · or name me in the photo's caption: <code>{ $name }</code>,
    · or reply to an answer of mine: <code>427</code> corrects it.
    Who asked can correct an answer, and so can the group's admins.
help-commands = <b>Commands</b>
language-question = Which language shall I write in?
language-chosen = I write English now.

## Answers to a photo

nothing-found =
    I see no digit in this picture.
    What helps: a dark pen on plain paper, even light, and coming closer.
# Nothing was read, but this may be a digit. $digits (HTML): as <code>4</code>.
is-this-digit = I am not sure that there is a digit. Is this a <b>{ $digits }</b>?
is-this-number = I am not sure that these are digits. Is this <b>{ $digits }</b>? Tap a digit to correct it.
# How sure the bot is. $number: 0 to 99.
percent = { $number } %
one = <b><code>{ $label }</code></b> · { percent } sure
one-unsure = This could be a <code>{ $first }</code> or a <code>{ $second }</code>. Which?
# Within other sentences. $unread: how many marks (signs of the pen) could not be read, 1 or more.
unread-marks = { $unread ->
    [1] one mark
    [2] two marks
    [3] three marks
    [4] four marks
    [5] five marks
    [6] six marks
    [7] seven marks
    [8] eight marks
    [9] nine marks
   *[other] { $unread } marks
}
# The picture shows these marks in dotted red boxes.
one-unsure-unread = Beside it, { unread-marks } I could not read (dotted red box).
several = I read <b>{ $digits }</b>
# $unsure (HTML): a list of unsure-digit, or unsure-all.
several-unsure = I read <b>{ $digits }</b>, but I am not sure of { $unsure }. Tap a digit to correct it.
several-unsure-unread = I read <b>{ $digits }</b>; { unread-marks } I could not read (dotted red box), and I am not sure of { $unsure }. Tap a digit to correct it.
unsure-digit = digit { $position } (a { $first } or a { $second }?)
unsure-more = { $unsure } and others
unsure-all = all of it
# $count marks were left out that would be read without the person's earlier corrections.
left-out = { $count ->
    [1] One mark I left out, as you taught me: no digit.
    [2] Two marks I left out, as you taught me: no digits.
    [3] Three marks I left out, as you taught me: no digits.
   *[other] { $count } marks I left out, as you taught me: no digits.
}
# Read so because of the person's earlier corrections; $other is what would be read without them.
taught-one = A <code>{ $label }</code> as you taught me: without your corrections I would read a <code>{ $other }</code>.
taught-several = I read { $taught } as you taught me.
taught-digit = digit { $position } (else a { $other })
taught-many = I read { $count } digits as you taught me.
corrected = Corrected: <b>{ $digits }</b>
corrected-to-none = Corrected: there is no digit in this picture
# After one of the two above, with a space between.
corrected-before = (I had read { $before })
# While the label of a digit is chosen. $label: what was read. $state: as-read, none (was marked as no digit) or
# corrected (to $now).
which-label = { $state ->
    [as-read] Read as <code>{ $label }</code>: which digit is it?
    [none] Read as <code>{ $label }</code>, not a digit: which digit is it?
   *[corrected] Read as <code>{ $label }</code>, corrected to { $now }: which digit is it?
}
# The same where there are several digits. $number: the place of this one, from 1.
which-label-of = { $state ->
    [as-read] Digit { $number } (read as <code>{ $label }</code>): which is it?
    [none] Digit { $number } (read as <code>{ $label }</code>, not a digit): which is it?
   *[corrected] Digit { $number } (read as <code>{ $label }</code>, corrected to { $now }): which is it?
}
# With a picture that has a bar for each of the ten digits beside each image.
digit-images = This is what I looked at, digit by digit. The bars say how likely I found each of 0 to 9.
first-digit-images = This is what I looked at: the first { $shown } of { $total } digits. The bars say how likely I found each of 0 to 9.
read-again = Looking again: now I see { $count }.
# Before the reading of a file that has several pages.
first-page = { $pages ->
    [one] I read the first page of { $pages }. Send each other page as a picture of its own.
   *[other] I read the first page of { $pages }. Send each other page as a picture of its own.
}
# After all answers to an album of pictures that were sent together. $outcomes (HTML): what each says, as
# "427 · no digit · not read".
album = { $count ->
    [one] All { $count } pictures: { $outcomes }
   *[other] All { $count } pictures: { $outcomes }
}
album-not-read = not read
album-no-digit = no digit
no-photo-rights = I may not send pictures here. An admin of this group can let me.
# Somebody mentions the bot in a chat that it is no member of.
guest-usage = Mention me in reply to a photo of handwritten digits, and I read it.
# Of an answer without buttons: there, and where a reading could not be stored.
unsure-in-words = This may be <b>{ $digits }</b>; I am not sure.
# $limit: photos a minute from one person.
photos-wait = { $limit ->
    [one] I read at most { $limit } photo a minute of one person. The rest wait: I read them in the minutes to come.
   *[other] I read at most { $limit } photos a minute of one person. The rest wait: I read them in the minutes to come.
}
too-many-photos = { $limit ->
    [one] I read at most { $limit } photo a minute of one person, and very many of yours wait already. I leave this one out, and those after it: send them again later.
   *[other] I read at most { $limit } photos a minute of one person, and very many of yours wait already. I leave this one out, and those after it: send them again later.
}

## Corrections

# Words that may stand before the digits of a reply ("no, it says 427"): small letters, with spaces between. A word
# with a comma counts only where one stands behind it: "no, es 427" corrects, "no es 427" does not.
lead-in-words = no nope sorry actually rather it it's its this that that's is was says reads should must be the number digit digits
# Words that may stand after them: "427 please".
trailing-words = please thanks
# Plain text, above the chat after a tap.
thanks = Thank you!
glad = Glad to hear it.
correct-usage = Tell me the digits, like <code>/correct 427</code>: as a reply to my answer or to your photo, or without a reply for your latest reading.
# $given (HTML): what was written instead.
not-digits = <code>{ $given }</code> is not made of digits 0 to 9. { correct-usage }
correction-done = Corrected: { $digits }.
correction-done-none = Corrected: there is no digit in this picture.
other-count = { $found ->
    [one] I found { $found } digit and you gave { $wanted }. I looked again and could not find { $wanted }.
   *[other] I found { $found } digits and you gave { $wanted }. I looked again and could not find { $wanted }.
} What helps: digits that do not touch, a dark pen, plain paper; or tap what is wrong.
count-question = { $given ->
    [one] You gave { $given } digit
   *[other] You gave { $given } digits
} and { $found ->
    [0] I see none
    [one] I see { $found }
   *[other] I see { $found }
}: which is right?
reply-elsewhere = You replied to a message that is not in this chat, so I cannot tell which reading you mean. Reply to my answer here.
nothing-to-correct = I have no reading of yours in this chat to correct. Send me a photo first.
# Plain text too.
foreign-reading = This is somebody else's reading: only who asked for it and the admins of the group can correct it.
reading-gone = { $days ->
    [one] That reading is gone: readings are deleted after { $days } day. Send the photo again.
   *[other] That reading is gone: readings are deleted after { $days } days. Send the photo again.
}
reading-deleted = That reading is gone: it was deleted, or could not be stored. Send the photo again.
reading-unknown = I keep no reading for that message of mine: it is no answer to a photo, a newer answer took its place, or the reading was deleted or not stored. Reply to the photo, or send it again.
reading-missing = I have no reading of this picture: it was not read or not stored, or was deleted. Send it again.
# Plain text, these two.
group-upgraded = This group has become a supergroup, and I cannot change its old messages. Send /correct 427 instead.
button-expired = This button has expired. Send the photo again.
undone = Undone: the reading is { $digits } again.
undone-none = Undone: the picture has no digit again.
# After /cancel.
cancelled = Cancelled.
nothing-to-cancel = There is nothing to cancel: no question of mine waits for you.
nothing-corrected = The reading stays as it is.
nothing-to-undo = There is no correction of yours to undo.

## Consent

consent-question =
    The answer is corrected. May I <b>keep this correction to learn from</b>?
    I would keep the small digit image (28x28 pixels) and your label, encrypted, until you say /forget. Never the photo.
    This goes for later corrections too, and for readings you mark as right; /privacy lets you change your mind.
consent-left-open = The answer is corrected. Until you say otherwise in /privacy, nothing is kept to learn from.
consent-given = Thank you: your corrections are kept to learn from. /privacy tells how to end that.
# Before the question, to somebody who agreed to an earlier wording of it. $day: a date.
consent-changed = <b>My question has changed</b> since you agreed to it on { DATETIME($day, dateStyle: "long") }. What I have kept until now stays as you agreed to it then; this correction and later ones are kept only if you agree again. No ends both.
# Before the question, where an earlier one was answered.
consent-question-changed = My question has changed since I asked it. It is now:
# After a consent was taken back. $samples were kept until then.
consent-withdrawn = Your consent has ended. { $samples ->
    [one] { $samples } correction was kept to learn from and will not be used any more, nor what it changed in reading your photos.
   *[other] { $samples } corrections were kept to learn from and will not be used any more, nor what they changed in reading your photos.
} What corrects a reading that is still stored goes with that reading.
# May follow, with a space between.
consent-withdrawn-models = { $models ->
    [one] { $models } model that was trained on them will be trained anew without them.
   *[other] { $models } models that were trained on them will be trained anew without them.
}
consent-refused = Fine: your corrections only fix the answer and are not kept to learn from.

## Account

# $days: how long readings are kept, and backups. $consented: yes, no, or outdated.
privacy =
    <b>What is kept</b>
    · Photos: never; they are read in memory and dropped.
    · A reading (the digits, their 28x28 images, your Telegram id and name, Telegram's handle on the photo): { $days ->
        [one] { $days } day
       *[other] { $days } days
    }, so that you can correct it.
    · Corrections to learn from (28x28 image and label): only with your consent, until you withdraw it. { $consented ->
        [yes] You have given your consent.
        [outdated] You gave your consent to an earlier wording: new ones are not kept until you agree again.
       *[no] You have not given your consent.
    }
    · What your corrections change in reading your photos, and yours alone: as long as those corrections.
    · A message that waits for its answer: until it is answered, a day at most.
    · Backups of all this, made by the owner's machine: { $days ->
        [one] { $days } day
       *[other] { $days } days
    }.
    Everything is encrypted where it is stored, and serves nothing but reading digits. The bot's admins see corrections to learn from, without names; nobody else sees anything.
    /mydata sends you all that is kept of yours.
    <b>To end it:</b> /forget deletes everything of yours; as a reply to a photo or to my answer it deletes only that reading. The buttons below give or withdraw consent, and delete single samples.
# Buttons, these three. A sample is a correction that is kept to learn from.
delete-single = Delete single samples
older = Older
forget-reading-yes = Yes, delete this reading
# $place: a number on the sheet.
delete-one = Delete { $place }
forget-reading-question = Delete this one reading, its digit images and your corrections of it? This cannot be undone. /forget without a reply is about everything of yours.
already-deleted = It was deleted already.
no-own-samples = I keep no sample of yours.
own-samples = { $total ->
    [one] Your one sample: its place and the label you gave. Tap the number to delete it.
   *[other] { $shown } of your { $total } samples, the newest first: its place and the label you gave. Tap a number to delete that one.
}
# Plain text.
deleted-one = { $samples ->
    [0] Deleted.
    [one] Deleted.
   *[other] Deleted, with { $samples } samples.
}
deleted-one-traces = { $samples ->
    [0] Deleted; the last traces leave the file within the hour.
    [one] Deleted; the last traces leave the file within the hour.
   *[other] Deleted, with { $samples } samples; the last traces leave the file within the hour.
}
forget-question = Delete your readings, your corrections and what is known about you? This cannot be undone.
deleted = Done: { $readings ->
    [one] { $readings } reading
   *[other] { $readings } readings
} and { $corrections ->
    [one] { $corrections } correction
   *[other] { $corrections } corrections
} deleted.
# Each of these three may follow, with a space between.
deleted-traces = Gone for good; the last traces leave the file within the hour.
deleted-whole = Nothing of yours is left.
deleted-models = { $count ->
    [one] { $count } model trained on it will be trained anew.
   *[other] { $count } models trained on it will be trained anew.
}
nothing-deleted = Nothing was deleted.

# To whoever writes in the name of a group or channel. Groups can read it, so it says nothing of anybody.
no-person = You write in the name of a group or channel, so I cannot tell who you are. For this, write to me under your own name, best in our private chat.
no-id = You write in the name of a group or channel: everybody who does shares one id, so I cannot name one for you. Send /id under your own name, best in our private chat.
cannot-forget = You write in the name of a group or channel, so I cannot tell what is yours, and nothing was deleted. Readings for a group or channel are deleted after { $days ->
    [one] { $days } day
   *[other] { $days } days
}, and their corrections with them; none is ever kept to learn from. To delete what you sent under your own name, send /forget under that name.
# $id (text): a number.
your-id = Your Telegram id is <code>{ $id }</code>.
# One of these may follow, with a space between.
id-of-admin = You are an admin here.
id-of-user = The owner can name it in DIGITBOT_ADMINS to make you an admin.

## Messages that are no photo

text-hint = Send me a photo of handwritten digits. /help tells more.
unknown-command = I do not know this command. /help tells what I can do.
# $name (text): of the command that may have been meant.
unknown-command-like = I do not know this command. Did you mean /{ $name }?
not-a-still = I read still pictures only. Send a photo, or a picture as a file.
no-sound = I cannot listen to sound. Write the digits down and send me a photo of them.
no-place = I have no use for places, and I do not keep this one. Send me a photo of handwritten digits.
no-contact = I have no use for contacts, and I do not keep this one. Send me a photo of handwritten digits.
no-poll = I take no part in polls and lists. Send me a photo of handwritten digits.
no-game = I do not play games. Send me a photo of handwritten digits.
# Of a message whose content Telegram hides from bots.
withheld = Telegram does not let me see what is in this. Send the picture itself as a photo.
# $digits (text): what the caption says now.
caption-edited = I read a caption when it arrives, so the edited one changes nothing. To correct my reading, answer <code>/correct { $digits }</code>.
not-allowed = This bot is for invited people. If you have the invite word, send it to me.
access-given = Welcome!
read-usage = Send /read as a reply to a picture, and I read it.
group-admins-only = This is a reading for the group, and I cannot see that you are one of its admins. Its anonymous admins can always send /correct 427 as a reply.
# Plain text.
not-your-button = This button is not yours.

## Training, for admins

admins-only = Only admins can do that.
no-admins = Nobody is an admin yet. If this bot is yours: /id tells you your id, put it into DIGITBOT_ADMINS and start the bot again.
nothing-new = There is nothing new to train on: the active model was trained on every correction that may be used.
nothing-approved = There is nothing to train on: no correction has been approved yet. /review shows them.
# Plain text, these three.
cancelling = The run is being ended.
run-over = That run is over.
version-gone = That version is no longer kept.
no-version-before = There is no version before this one.
# $run (text): the number of the run, here and below.
# After something else was cancelled.
run-goes-on = Training run { $run } goes on: /cancel once more ends it.
run-in-progress = Training run { $run } is in progress. One at a time: wait for it, or cancel it.
run-started = Training run { $run } starts …
run-requested = Training run { $run } waits for the trainer …
# $since: when it was requested.
run-waiting = Training run { $run } has waited for the trainer since { DATETIME($since, dateStyle: "medium", timeStyle: "short") } UTC. Start <code>digitbot trainer</code>, or cancel the run.
run-from-new-base = Training run { $run } starts from the new base model { $base } …
trained-from-new-base = Trained from the new base model { $base }; the version before it stays for /rollback.
# $bar (text): ▓▓▓░░░. $number: 0 to 100. $seconds: that are left.
run-progress = Training run { $run } · { $corrections ->
    [one] { $corrections } correction and replayed digits
   *[other] { $corrections } corrections and replayed digits
} · { $bar } { percent } · about { $seconds } s left
# $reason (HTML): in English, as in the log.
run-ended = Training run { $run } ended without a model: { $reason }.
run-cancelled = Training run { $run } was cancelled. The active model stays the same.
run-lost = Training run { $run } was lost: the trainer ended before the run did. The active model stays the same; /retrain starts another one.
run-activated = Training run { $run }: <b>{ $version }</b> made active
# $refusals (HTML): a list of nothing-gained and the refused-... below.
run-refused = Training run { $run }: <b>{ $version }</b> refused, because { $refusals }
nothing-gained = nothing gained, the model stays
refused-size = { $bytes ->
    [one] the model has { $bytes } byte with its .keras file, and { $limit } are allowed
   *[other] the model has { $bytes } bytes with its .keras file, and { $limit } are allowed
}
refused-finite = only { $value } of its outputs are finite numbers
refused-validation = of { $n } validation digits it reads { $value }, and at least { $limit } are required
gain = Corrections it was not trained on: fixes { $fixed } of { $misread }, breaks { $broken }.
doubtful-labels = { $count ->
    [one] { $count } label looks wrong and was left out: /review shows it.
   *[other] { $count } labels look wrong and were left out: /review shows them.
}
# What was measured. $before, $after and $value (text): a percentage. $n: of how many digits.
test-measured = MNIST test { $value } (n = { $n })
test-before-after = MNIST test: { $before } → { $after } (n = { $n })
validation-before-after = validation digits: { $before } → { $after } (n = { $n })
# A share with two decimals, as 99.71 %. $share: 0 to 1.
share = { NUMBER($share, style: "percent", minimumFractionDigits: 2, maximumFractionDigits: 2) }
# What is written in the picture of a run, as plain text, short.
figure-learning-curve = Learning curve
figure-epoch = epoch
figure-accuracy = accuracy, %
figure-training = training digits, augmented
figure-validation = validation digits
figure-read-as = read as
figure-true-digit = is
figure-before = before
figure-after = after
# The heading of that picture. The numbers are texts here, so no word may depend on them.
figure-gained = Corrections it was not trained on: { $fixed } of { $misread } misread ones fixed, { $broken } broken
trained-on = Trained on { $count ->
    [one] { $count } correction
   *[other] { $count } corrections
} in { $seconds } s.
# $reason (HTML): a sentence in English, or empty.
without-mnist = MNIST was not available, so only the last layer was trained. { $reason }
# Marks of a version in a list, with " · " between them.
version-active = active
version-stale = to be retrained: corrections were withdrawn
now-active = <b>{ $name }</b> answers now.
# $mend (HTML): what to do, in English.
health-mend = <i>To mend it:</i> { $mend }.

## Review of labels, for admins

nothing-to-review = There is no label to review: none was given that may be kept, or all were reviewed.
# Plain text.
sheet-reviewed = This sheet is reviewed. /review shows the next one, if there is any.
# $doubtful of $waiting labels are left out of training until they are approved.
review-sheet =
    { $shown } of { $waiting } labels to review{ $doubtful ->
        [0] , the oddest first.
        [one] , { $doubtful } of them left out of training until you approve it (dashed frame), the oddest first.
       *[other] , { $doubtful } of them left out of training until you approve them (dashed frame), the oddest first.
    }
    Under each digit: its number, what I read, the label that was given, and how odd that is. Tap a number to approve or reject one label.
# Plain text, these three.
labels-approved = { $count ->
    [one] { $count } label was approved.
   *[other] { $count } labels were approved.
}
labels-rejected = { $count ->
    [one] { $count } label was rejected.
   *[other] { $count } labels were rejected.
}
labels-gone = Those labels are gone.

## Notices to the admins; nothing in them is about anybody.

# $text (HTML): the notice. $id (text): under which the log has it.
notice =
    { $text }
    <i>Notice</i> <code>{ $id }</code>
# $more of the same kind were left out since the last one.
notice-more =
    { $text }
    <i>Notice</i> <code>{ $id }</code>, { $more } more like it since the last
# $names and $serving (HTML): model versions.
skipped-versions = Damaged in the registry and skipped: { $names }. { $serving } answers. See digitbot db check.
version-taken-back = The bot ended twice while { $version } read its first photos, so { $serving } answers again. See its log before you activate that version again.
networks-damaged = Damaged in the installed package: { $names }. { $serving } answers for now; install digitbot again so that photos are read as well as before.
broke = An error kept me from answering somebody, and they were told so. The log has it under this id.
# $reason (HTML): a sentence in English.
broke-because = An error kept me from answering somebody, and they were told so. { $reason } The log has it under this id.
# $name (HTML): of the task, in English.
task-failed = A background task failed and begins again: { $name }. The log says why.
update-due = { $count ->
    [one] { $count } new correction waits that the active model was not trained on: /retrain trains on it.
   *[other] { $count } new corrections wait that the active model was not trained on: /retrain trains on them.
}
# $base and $active (HTML): a version with what was measured of it.
base-waiting = This version of digitbot brings a new base model, { $base }; { $active } still answers, which was trained from an older one. /retrain trains the new one on the corrections, measures both and keeps what is better; /rollback goes back.
# $state: promoted, refused, failed, cancelled or lost (the trainer ended meanwhile).
run-notice = { $state ->
    [promoted] Training run { $run } made a new version active: { $version }.
    [refused] Training run { $run } made a version that was refused: { $version }.
    [cancelled] Training run { $run } was cancelled.
    [lost] Training run { $run } was lost, because the trainer ended.
   *[failed] Training run { $run } failed.
} /models lists what there is.
telegram-was-away = { $minutes ->
    [one] I could not reach Telegram for { $minutes } minute ({ $reason }).
   *[other] I could not reach Telegram for { $minutes } minutes ({ $reason }).
} I am back, and what was sent meanwhile is being answered.

## Statistics and data

# What the charts of /stats show, as plain text.
photos-a-day = Photos read, by day
right-a-day = Digits that were labelled, by day: filled what I had read right, hatched what not
confused-digits = What I misread most, and what it was
only-in-private = I answer that in a private chat only: it is not for everybody here to read.
# A button.
open-private-chat = Open our private chat
no-samples = There is no sample yet: nobody has made a correction that may be kept.
no-data = Nothing is stored about you.
statistics-own = Of yours I keep { $readings ->
    [one] { $readings } reading
   *[other] { $readings } readings
} with { $digits ->
    [one] { $digits } digit.
   *[other] { $digits } digits.
}
statistics-all = Of { $people ->
    [one] { $people } person
   *[other] { $people } people
} I keep { $readings ->
    [one] { $readings } reading
   *[other] { $readings } readings
} with { $digits ->
    [one] { $digits } digit.
   *[other] { $digits } digits.
}
# One of these follows, with a space between.
statistics-unlabelled = None of them was confirmed or corrected.
statistics-labelled = Of { $labelled ->
    [one] { $labelled } digit that was labelled
   *[other] { $labelled } digits that were labelled
} I had read { $right } right ({ NUMBER($share, style: "percent", maximumFractionDigits: 0) }).
my-data = Everything that is stored about you: { $readings ->
    [one] { $readings } reading
   *[other] { $readings } readings
}, { $corrections ->
    [one] { $corrections } correction
   *[other] { $corrections } corrections
}. /forget ends it.
exported = { $samples ->
    [one] { $samples } sample
   *[other] { $samples } samples
}: PNG folders, a table, and MNIST's idx files.
too-large-to-send = That is { $megabytes } MB, and a bot may send 50 MB (Telegram's limit). On the bot's machine <code>digitbot samples export DIR</code> writes all samples.

## Errors

network-trouble = The connection to Telegram broke while I answered. If my answer is missing, please send that again.
download-failed = I could not download the picture from Telegram. Please send it again.
not-stored = I cannot write to the database just now, so this reading cannot be corrected later.
# Also plain text.
no-database = I cannot use the database just now, so nothing was changed. Please try again later.
database-trouble = { no-database } The owner finds more in the log under <code>{ $id }</code>.
error = Something went wrong on my side; nothing of yours was lost. Please try again; if it happens again, tell the owner <code>{ $id }</code>.
photo-empty = This file is empty. Send the picture again.
photo-too-large = This file is larger than { $megabytes } MB. Send it as a photo, or make it smaller.
photo-not-an-image = This is not a picture that I can open. Send a photo, or a JPEG, PNG, WebP, HEIC, TIFF, BMP or GIF file.
photo-truncated = This picture is damaged or cut off. Send it again.
photo-too-many-pixels = This picture has too many pixels. Send it as a photo, or make it smaller.
photo-too-long = One side of this picture is longer than { $side } pixels. Crop it.
photo-too-costly = This picture takes too long to read. Crop it, or send it as a photo.
photo-deadly = I stopped twice while I read this picture, so it is set aside. Send another one.
