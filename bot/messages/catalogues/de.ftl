# Deutsch (du), übersetzt aus en.ftl; was die Werte bedeuten, steht dort.

language-name = Deutsch

## Knöpfe: reiner Text, so kurz wie möglich.

right = Stimmt
yes = Ja
all-right = Alles richtig
another-digit = Andere Ziffer
show-input = Was du siehst
not-a-digit = Keine Ziffer
back = Zurück
consent-yes = Ja, behalten und daraus lernen
consent-no = Nein, nur die Antwort korrigieren
forget-yes = Ja, alles löschen
forget-no = Nein, behalten
cancel = Abbrechen
as-read = Es ist { $digits }
as-read-none = Da ist keine Ziffer
make-active = { $name } aktivieren
approve = { $place } freigeben
reject = { $place } ablehnen
approve-all = Alle freigeben ({ $count })
reject-all = Alle ablehnen ({ $count })
language-automatic = Wie in Telegram

## Befehlsmenü und Profil des Bots: reiner Text, ein Befehl höchstens 60 Zeichen, short-description 120,
## description 512.

command-start = Was ich mache
command-help = So lese ich am besten
command-correct = Korrigieren: /correct 427
command-read = Als Antwort: das Bild lesen
command-undo = Letzte Korrektur zurücknehmen
command-cancel = Laufendes abbrechen
command-stats = Wie oft ich richtig lese
command-mydata = Alle deine Daten schicken
command-privacy = Was ich wie lange speichere
command-forget = Alles von dir löschen
command-language = Sprache wählen
command-id = Deine Telegram-ID anzeigen
command-review = Labels prüfen
command-retrain = Mit Korrekturen trainieren
command-models = Alle Modellversionen
command-rollback = Zurück zum vorigen Modell
command-export = Alle Trainingsbeispiele
command-health = Diese Installation prüfen
short-description = Schick mir ein Foto mit handgeschriebenen Ziffern: Ich lese sie und lerne aus Korrekturen.
description =
    Ich lese handgeschriebene Ziffern auf Fotos. Schick mir eins: eine Ziffer, eine Zahl oder eine Seite mit mehreren Zeilen. Wenn ich falschliege, tippe auf die Ziffer und korrigiere sie. Fotos speichere ich nicht; alles Weitere steht unter /privacy.

## Hilfe

start =
    Schick mir ein Foto mit handgeschriebenen Ziffern, und ich lese sie.
    Wenn eine nicht stimmt, tippe darauf oder antworte mit <code>/correct 427</code>.
    Fotos speichere ich nicht. Korrekturen behalte ich nur dann zum Lernen, wenn du zustimmst: /privacy
    Was ein gutes Foto ausmacht, steht unter /help.
help =
    <b>Schick mir</b> ein Foto oder ein Bild als Datei: eine Ziffer, eine Zahl oder mehrere Zeilen.
    <b>Was hilft:</b> dunkler Stift, einfarbiges Papier, gleichmäßiges Licht, nah dran.
    <b>Korrigiere mich:</b> Tippe auf eine Ziffer oder antworte mit <code>427</code> oder <code>/correct 427</code>; schickst du /correct nicht als Antwort, gilt es für dein letztes Ergebnis. Als Bildunterschrift geht es auch.
start-in-group =
    In einer Gruppe antworte ich nur, wenn ich angesprochen werde:
    · antworte mit <code>/read{ $name }</code> auf ein Foto,
    · erwähne mich in der Bildunterschrift: <code>{ $name }</code>,
    · oder antworte auf ein Ergebnis von mir: <code>427</code> korrigiert es.
    Wer gefragt hat, kann das Ergebnis korrigieren, die Admins der Gruppe auch.
help-commands = <b>Befehle</b>
language-question = In welcher Sprache soll ich schreiben?
language-chosen = Ich schreibe jetzt auf Deutsch.

## Antworten auf ein Foto

nothing-found =
    Auf diesem Bild sehe ich keine Ziffer.
    Was hilft: ein dunkler Stift auf einfarbigem Papier, gleichmäßiges Licht und ein Foto aus größerer Nähe.
is-this-digit = Ich bin nicht sicher, ob hier eine Ziffer steht. Ist das eine <b>{ $digits }</b>?
is-this-number = Ich bin nicht sicher, ob das Ziffern sind. Ist das <b>{ $digits }</b>? Tippe auf eine Ziffer, um sie zu korrigieren.
percent = { $number } %
one = <b><code>{ $label }</code></b> · zu { percent } sicher
one-unsure = Das könnte eine <code>{ $first }</code> oder eine <code>{ $second }</code> sein. Welche ist es?
unread-marks = { $unread ->
    [1] ein Zeichen
    [2] zwei Zeichen
    [3] drei Zeichen
    [4] vier Zeichen
    [5] fünf Zeichen
    [6] sechs Zeichen
    [7] sieben Zeichen
    [8] acht Zeichen
    [9] neun Zeichen
   *[other] { $unread } Zeichen
}
one-unsure-unread = Daneben konnte ich { unread-marks } nicht lesen (rot gepunktet umrahmt).
several = Ich lese <b>{ $digits }</b>
several-unsure = Ich lese <b>{ $digits }</b>, bin mir aber nicht sicher bei { $unsure }. Tippe auf eine Ziffer, um sie zu korrigieren.
several-unsure-unread = Ich lese <b>{ $digits }</b>. Dabei konnte ich { unread-marks } nicht lesen (rot gepunktet umrahmt), und ich bin mir nicht sicher bei { $unsure }. Tippe auf eine Ziffer, um sie zu korrigieren.
unsure-digit = der { $position }. Ziffer ({ $first } oder { $second }?)
unsure-more = { $unsure } und weiteren
unsure-all = allen Ziffern
left-out = { $count ->
    [1] Ein Zeichen habe ich weggelassen, weil ich von dir gelernt habe, dass es keine Ziffer ist.
    [2] Zwei Zeichen habe ich weggelassen, weil ich von dir gelernt habe, dass es keine Ziffern sind.
    [3] Drei Zeichen habe ich weggelassen, weil ich von dir gelernt habe, dass es keine Ziffern sind.
   *[other] { $count } Zeichen habe ich weggelassen, weil ich von dir gelernt habe, dass es keine Ziffern sind.
}
taught-one = Eine <code>{ $label }</code>, wie ich es von dir gelernt habe: Ohne deine Korrekturen würde ich eine <code>{ $other }</code> lesen.
taught-several = So habe ich es von dir gelernt: { $taught }.
taught-digit = die { $position }. Ziffer (sonst eine { $other })
taught-many = { $count } Ziffern lese ich so, wie ich es von dir gelernt habe.
corrected = Korrigiert: <b>{ $digits }</b>
corrected-to-none = Korrigiert: Auf diesem Bild ist keine Ziffer
corrected-before = (gelesen hatte ich { $before })
which-label = { $state ->
    [as-read] Gelesen als <code>{ $label }</code>: Welche Ziffer ist es?
    [none] Gelesen als <code>{ $label }</code>, markiert als „keine Ziffer“: Welche Ziffer ist es?
   *[corrected] Gelesen als <code>{ $label }</code>, korrigiert zu { $now }: Welche Ziffer ist es?
}
which-label-of = { $state ->
    [as-read] { $number }. Ziffer (gelesen als <code>{ $label }</code>): Welche ist es?
    [none] { $number }. Ziffer (gelesen als <code>{ $label }</code>, markiert als „keine Ziffer“): Welche ist es?
   *[corrected] { $number }. Ziffer (gelesen als <code>{ $label }</code>, korrigiert zu { $now }): Welche ist es?
}
digit-images = Das habe ich gesehen, Ziffer für Ziffer. Die Balken zeigen, für wie wahrscheinlich ich jede Ziffer von 0 bis 9 gehalten habe.
first-digit-images = Das habe ich gesehen: die ersten { $shown } von { $total } Ziffern. Die Balken zeigen, für wie wahrscheinlich ich jede Ziffer von 0 bis 9 gehalten habe.
read-again = Ich habe noch mal hingesehen: Jetzt sehe ich { $count ->
    [one] { $count } Ziffer
   *[other] { $count } Ziffern
}.
first-page = { $pages ->
    [one] Ich habe die erste von { $pages } Seite gelesen. Schick jede weitere Seite als eigenes Bild.
   *[other] Ich habe die erste von { $pages } Seiten gelesen. Schick jede weitere Seite als eigenes Bild.
}
album = { $count ->
    [one] Alles aus { $count } Bild: { $outcomes }
   *[other] Alle { $count } Bilder: { $outcomes }
}
album-not-read = nicht gelesen
album-no-digit = keine Ziffer
no-photo-rights = Ich darf hier keine Bilder schicken. Ein Admin dieser Gruppe kann es mir erlauben.
guest-usage = Erwähne mich in einer Antwort auf ein Foto mit handgeschriebenen Ziffern, und ich lese es.
unsure-in-words = Das könnte <b>{ $digits }</b> sein; sicher bin ich mir nicht.
photos-wait = { $limit ->
    [one] Ich lese pro Person höchstens { $limit } Foto in der Minute. Die übrigen warten: Ich lese sie in den nächsten Minuten.
   *[other] Ich lese pro Person höchstens { $limit } Fotos in der Minute. Die übrigen warten: Ich lese sie in den nächsten Minuten.
}
too-many-photos = { $limit ->
    [one] Ich lese pro Person höchstens { $limit } Foto in der Minute, und von dir warten schon sehr viele. Dieses und alle weiteren lasse ich aus: Schick sie später noch einmal.
   *[other] Ich lese pro Person höchstens { $limit } Fotos in der Minute, und von dir warten schon sehr viele. Dieses und alle weiteren lasse ich aus: Schick sie später noch einmal.
}

## Korrekturen

lead-in-words = nein nee ne nö doch sorry leider eigentlich eher sondern falsch richtig also das dies dieses da hier es ist ist's is war sind wäre steht stehen heißt heisst lautet ergibt soll sollte sollten muss müsste sein eine ein die der zahl nummer ziffer ziffern
trailing-words = bitte danke
thanks = Danke!
glad = Freut mich!
correct-usage = Nenne mir die Ziffern, etwa so: <code>/correct 427</code>. Schick das als Antwort auf meine Nachricht oder auf dein Foto; sonst gilt es für dein letztes Ergebnis.
not-digits = <code>{ $given }</code> besteht nicht nur aus den Ziffern 0 bis 9. { correct-usage }
correction-done = Korrigiert: { $digits }.
correction-done-none = Korrigiert: Auf diesem Bild ist keine Ziffer.
other-count = { $found ->
    [0] Ich habe keine Ziffer gefunden, du hast { $wanted } angegeben. Ich habe noch mal hingesehen, komme aber nicht auf { $wanted }.
    [one] Ich habe { $found } Ziffer gefunden, du hast { $wanted } angegeben. Ich habe noch mal hingesehen, komme aber nicht auf { $wanted }.
   *[other] Ich habe { $found } Ziffern gefunden, du hast { $wanted } angegeben. Ich habe noch mal hingesehen, komme aber nicht auf { $wanted }.
} Was hilft: Ziffern, die sich nicht berühren, ein dunkler Stift, einfarbiges Papier. Oder tippe auf das, was nicht stimmt.
count-question = { $given ->
    [one] Du hast { $given } Ziffer angegeben
   *[other] Du hast { $given } Ziffern angegeben
}, { $found ->
    [0] ich sehe keine
    [one] ich sehe { $found }
   *[other] ich sehe { $found }
}: Was stimmt?
reply-elsewhere = Du antwortest auf eine Nachricht aus einem anderen Chat, deshalb weiß ich nicht, welches Ergebnis du meinst. Antworte auf meine Nachricht hier.
nothing-to-correct = In diesem Chat habe ich kein Ergebnis von dir, das sich korrigieren lässt. Schick mir zuerst ein Foto.
foreign-reading = Dieses Ergebnis gehört jemand anderem: Korrigieren kann es nur, wer danach gefragt hat oder Admin der Gruppe ist.
reading-gone = { $days ->
    [one] Dieses Ergebnis gibt es nicht mehr: Ergebnisse werden nach { $days } Tag gelöscht. Schick das Foto noch einmal.
   *[other] Dieses Ergebnis gibt es nicht mehr: Ergebnisse werden nach { $days } Tagen gelöscht. Schick das Foto noch einmal.
}
reading-deleted = Dieses Ergebnis gibt es nicht mehr: Es wurde gelöscht oder konnte nicht gespeichert werden. Schick das Foto noch einmal.
reading-unknown = Zu dieser Nachricht von mir habe ich kein Ergebnis: Sie ist keine Antwort auf ein Foto, eine neuere Antwort hat sie ersetzt, oder das Ergebnis wurde gelöscht oder nicht gespeichert. Antworte auf das Foto oder schick es noch einmal.
reading-missing = Zu diesem Bild habe ich kein Ergebnis: Es wurde nicht gelesen, nicht gespeichert oder gelöscht. Schick es noch einmal.
group-upgraded = Diese Gruppe ist jetzt eine Supergruppe, und ihre alten Nachrichten kann ich nicht mehr ändern. Schick stattdessen /correct 427.
button-expired = Dieser Knopf ist abgelaufen. Schick das Foto noch einmal.
undone = Zurückgenommen: Das Ergebnis ist wieder { $digits }.
undone-none = Zurückgenommen: Das Ergebnis ist wieder „keine Ziffer“.
cancelled = Abgebrochen.
nothing-to-cancel = Es gibt nichts abzubrechen: Keine meiner Fragen wartet auf deine Antwort.
nothing-corrected = Das Ergebnis bleibt, wie es ist.
nothing-to-undo = Von dir gibt es keine Korrektur, die ich zurücknehmen kann.

## Einwilligung

consent-question =
    Die Antwort ist korrigiert. Darf ich <b>diese Korrektur behalten, um daraus zu lernen</b>?
    Ich würde das kleine Bild der Ziffer (28x28 Pixel) und die Ziffer, die du genannt hast, verschlüsselt speichern, bis du /forget schickst. Das Foto nie.
    Das gilt auch für spätere Korrekturen und für Ergebnisse, die du als richtig bestätigst. Unter /privacy kannst du es dir anders überlegen.
consent-left-open = Die Antwort ist korrigiert. Solange du unter /privacy nichts anderes bestimmst, wird nichts zum Lernen behalten.
consent-given = Danke: Ich behalte deine Korrekturen, um daraus zu lernen. Wie du das beendest, steht unter /privacy.
consent-changed = <b>Meine Frage hat sich geändert</b>, seit du am { DATETIME($day, dateStyle: "long") } zugestimmt hast. Für alles, was ich bisher behalten habe, gilt weiter, was du damals erlaubt hast; diese Korrektur und spätere behalte ich nur, wenn du noch einmal zustimmst. Mit „Nein“ beendest du beides.
consent-question-changed = Meine Frage hat sich geändert, seit ich sie gestellt habe. Jetzt lautet sie:
consent-withdrawn = Deine Einwilligung gilt nicht mehr. { $samples ->
    [0] Zum Lernen hatte ich keine Korrektur behalten.
    [one] Zum Lernen hatte ich { $samples } Korrektur behalten; sie wird nicht mehr verwendet, ebenso wenig das, was sie beim Lesen deiner Fotos geändert hat.
   *[other] Zum Lernen hatte ich { $samples } Korrekturen behalten; sie werden nicht mehr verwendet, ebenso wenig das, was sie beim Lesen deiner Fotos geändert haben.
} Korrekturen an noch gespeicherten Ergebnissen werden zusammen mit diesen gelöscht.
consent-withdrawn-models = { $models ->
    [one] { $models } Modell, das damit trainiert wurde, wird ohne diese Daten neu trainiert.
   *[other] { $models } Modelle, die damit trainiert wurden, werden ohne diese Daten neu trainiert.
}
consent-refused = In Ordnung: Deine Korrekturen ändern nur die Antwort und werden nicht zum Lernen behalten.

## Konto

privacy =
    <b>Was gespeichert wird</b>
    · Fotos: nie; sie werden im Arbeitsspeicher gelesen und dann verworfen.
    · Ein Ergebnis (die Ziffern, ihre Bilder mit 28x28 Pixeln, deine Telegram-ID und dein Name, die Kennung des Fotos bei Telegram): { $days ->
        [one] { $days } Tag
       *[other] { $days } Tage
    }, damit du es korrigieren kannst.
    · Korrekturen zum Lernen (Bild mit 28x28 Pixeln und die richtige Ziffer): nur mit deiner Einwilligung und bis du sie zurückziehst. { $consented ->
        [yes] Du hast eingewilligt.
        [outdated] Du hast in eine frühere Fassung der Frage eingewilligt: Neue Korrekturen behalte ich erst, wenn du noch einmal einwilligst.
       *[no] Du hast nicht eingewilligt.
    }
    · Was deine Korrekturen beim Lesen deiner (und nur deiner) Fotos ändern: so lange, wie es diese Korrekturen gibt.
    · Eine Nachricht, die noch auf ihre Antwort wartet: bis sie beantwortet ist, höchstens einen Tag.
    · Sicherungskopien von alldem auf dem Rechner des Betreibers: { $days ->
        [one] { $days } Tag
       *[other] { $days } Tage
    }.
    Alles ist verschlüsselt gespeichert und dient nur dem Lesen von Ziffern. Die Admins des Bots sehen die Korrekturen zum Lernen, ohne Namen; sonst sieht niemand etwas.
    /mydata schickt dir alles, was über dich gespeichert ist.
    <b>So beendest du es:</b> /forget löscht alles von dir; als Antwort auf ein Foto oder auf meine Nachricht löscht es nur dieses Ergebnis. Mit den Knöpfen unten willigst du ein, ziehst die Einwilligung zurück oder löschst einzelne Trainingsbeispiele.
delete-single = Einzelne Trainingsbeispiele löschen
older = Ältere
forget-reading-yes = Ja, dieses Ergebnis löschen
delete-one = { $place } löschen
forget-reading-question = Soll ich nur dieses Ergebnis löschen, mit den Bildern seiner Ziffern und deinen Korrekturen daran? Das lässt sich nicht rückgängig machen. Um alles von dir zu löschen, schick /forget, ohne auf eine Nachricht zu antworten.
already-deleted = Das ist schon gelöscht.
no-own-samples = Von dir habe ich kein Trainingsbeispiel gespeichert.
own-samples = { $total ->
    [one] Dein einziges Trainingsbeispiel, mit seiner Nummer und deiner Angabe. Tippe auf die Nummer, um es zu löschen.
   *[other] { $shown } deiner { $total } Trainingsbeispiele, die neuesten zuerst, jeweils mit Nummer und deiner Angabe. Tippe auf eine Nummer, um dieses Beispiel zu löschen.
}
deleted-one = { $samples ->
    [0] Gelöscht.
    [one] Gelöscht.
   *[other] Gelöscht, samt { $samples } Trainingsbeispielen.
}
deleted-one-traces = { $samples ->
    [0] Gelöscht; die letzten Spuren verschwinden binnen einer Stunde aus der Datenbankdatei.
    [one] Gelöscht; die letzten Spuren verschwinden binnen einer Stunde aus der Datenbankdatei.
   *[other] Gelöscht, samt { $samples } Trainingsbeispielen; die letzten Spuren verschwinden binnen einer Stunde aus der Datenbankdatei.
}
forget-question = Soll ich deine Ergebnisse, deine Korrekturen und alles, was ich über dich weiß, löschen? Das lässt sich nicht rückgängig machen.
deleted = Erledigt: { $readings ->
    [one] { $readings } Ergebnis
   *[other] { $readings } Ergebnisse
} und { $corrections ->
    [one] { $corrections } Korrektur
   *[other] { $corrections } Korrekturen
} gelöscht.
deleted-traces = Das ist endgültig; die letzten Spuren verschwinden binnen einer Stunde aus der Datenbankdatei.
deleted-whole = Über dich ist nichts mehr gespeichert.
deleted-models = { $count ->
    [one] { $count } Modell, das damit trainiert wurde, wird neu trainiert.
   *[other] { $count } Modelle, die damit trainiert wurden, werden neu trainiert.
}
nothing-deleted = Es wurde nichts gelöscht.

no-person = Du schreibst im Namen einer Gruppe oder eines Kanals, deshalb weiß ich nicht, wer du bist. Schreib mir dafür unter deinem eigenen Namen, am besten in unserem privaten Chat.
no-id = Du schreibst im Namen einer Gruppe oder eines Kanals: Alle, die das tun, haben dieselbe ID, deshalb kann ich dir keine nennen. Schick /id unter deinem eigenen Namen, am besten in unserem privaten Chat.
cannot-forget = Du schreibst im Namen einer Gruppe oder eines Kanals. Deshalb weiß ich nicht, was von dir ist, und habe nichts gelöscht. Ergebnisse für eine Gruppe oder einen Kanal werden samt ihren Korrekturen nach { $days ->
    [one] { $days } Tag
   *[other] { $days } Tagen
} gelöscht; zum Lernen wird davon nie etwas behalten. Um zu löschen, was du unter deinem eigenen Namen geschickt hast, schick /forget unter diesem Namen.
your-id = Deine Telegram-ID ist <code>{ $id }</code>.
id-of-admin = Du bist hier Admin.
id-of-user = Der Betreiber kann sie in DIGITBOT_ADMINS eintragen, um dich zum Admin zu machen.

## Nachrichten, die kein Foto sind

text-hint = Schick mir ein Foto mit handgeschriebenen Ziffern. Mehr dazu unter /help.
unknown-command = Diesen Befehl kenne ich nicht. Was ich kann, steht unter /help.
unknown-command-like = Diesen Befehl kenne ich nicht. Meintest du /{ $name }?
not-a-still = Ich lese nur unbewegte Bilder. Schick ein Foto oder ein Bild als Datei.
no-sound = Hören kann ich nicht. Schreib die Ziffern auf und schick mir ein Foto davon.
no-place = Mit Orten kann ich nichts anfangen, und diesen speichere ich nicht. Schick mir ein Foto mit handgeschriebenen Ziffern.
no-contact = Mit Kontakten kann ich nichts anfangen, und diesen speichere ich nicht. Schick mir ein Foto mit handgeschriebenen Ziffern.
no-poll = Bei Umfragen und Listen mache ich nicht mit. Schick mir ein Foto mit handgeschriebenen Ziffern.
no-game = Ich spiele keine Spiele. Schick mir ein Foto mit handgeschriebenen Ziffern.
withheld = Telegram lässt mich nicht sehen, was darin ist. Schick das Bild selbst als Foto.
caption-edited = Eine Bildunterschrift lese ich nur, wenn sie ankommt; sie zu ändern bewirkt deshalb nichts. Um mein Ergebnis zu korrigieren, antworte mit <code>/correct { $digits }</code>.
not-allowed = Dieser Bot ist nur für Eingeladene. Wenn du das Einladungswort hast, schick es mir.
access-given = Willkommen!
read-usage = Schick /read als Antwort auf ein Bild, und ich lese es.
group-admins-only = Dieses Ergebnis gehört der Gruppe, und ich kann nicht erkennen, ob du dort Admin bist. Anonyme Admins können immer mit /correct 427 darauf antworten.
not-your-button = Dieser Knopf ist nicht für dich.

## Training, für Admins

admins-only = Das dürfen nur Admins.
no-admins = Noch ist niemand Admin. Falls das dein Bot ist: /id zeigt dir deine ID; trag sie in DIGITBOT_ADMINS ein und starte den Bot neu.
nothing-new = Es gibt nichts Neues zum Trainieren: Das aktive Modell wurde mit allen Korrekturen trainiert, die verwendet werden dürfen.
nothing-approved = Es gibt nichts zum Trainieren: Noch ist keine Korrektur freigegeben. Mit /review kannst du das tun.
cancelling = Der Trainingslauf wird abgebrochen.
run-over = Dieser Trainingslauf ist schon vorbei.
version-gone = Diese Version ist nicht mehr gespeichert.
no-version-before = Vor dieser Version gibt es keine andere.
run-goes-on = Trainingslauf { $run } geht weiter: Noch einmal /cancel bricht ihn ab.
run-in-progress = Trainingslauf { $run } läuft schon. Es geht nur einer auf einmal: Warte, bis er fertig ist, oder brich ihn ab.
run-started = Trainingslauf { $run } beginnt …
run-requested = Trainingslauf { $run } wartet auf den Trainingsprozess …
run-waiting = Trainingslauf { $run } wartet seit { DATETIME($since, dateStyle: "medium", timeStyle: "short") } UTC auf den Trainingsprozess. Starte <code>digitbot trainer</code> oder brich den Lauf ab.
run-from-new-base = Trainingslauf { $run } beginnt mit dem neuen Basismodell { $base } …
trained-from-new-base = Trainiert mit dem neuen Basismodell { $base }; die vorherige Version bleibt für /rollback erhalten.
run-progress = Trainingslauf { $run } · { $corrections ->
    [one] { $corrections } Korrektur und Ziffern zur Wiederholung
   *[other] { $corrections } Korrekturen und Ziffern zur Wiederholung
} · { $bar } { percent } · noch etwa { $seconds } s
run-ended = Trainingslauf { $run } endete ohne Modell: { $reason }.
run-cancelled = Trainingslauf { $run } wurde abgebrochen. Das aktive Modell bleibt dasselbe.
run-lost = Trainingslauf { $run } ging verloren: Der Trainingsprozess endete vor dem Lauf. Das aktive Modell bleibt dasselbe; /retrain beginnt einen neuen.
run-activated = Trainingslauf { $run }: <b>{ $version }</b> ist jetzt aktiv
run-refused = Trainingslauf { $run }: <b>{ $version }</b> abgelehnt. Grund: { $refusals }
nothing-gained = kein Gewinn, das bisherige Modell bleibt
refused-size = { $bytes ->
    [one] das Modell ist mit seiner .keras-Datei { $bytes } Byte groß, erlaubt sind { $limit }
   *[other] das Modell ist mit seiner .keras-Datei { $bytes } Byte groß, erlaubt sind { $limit }
}
refused-finite = nur { $value } seiner Ausgaben sind endliche Zahlen
refused-validation = von { $n } Validierungsziffern liest es { $value } richtig, nötig sind mindestens { $limit }
gain = Bei Korrekturen, mit denen nicht trainiert wurde, behobene Fehler: { $fixed } von { $misread }; neue Fehler: { $broken }.
doubtful-labels = { $count ->
    [one] { $count } Label sieht falsch aus und wurde weggelassen: /review zeigt es.
   *[other] { $count } Labels sehen falsch aus und wurden weggelassen: /review zeigt sie.
}
test-measured = MNIST-Test { $value } (n = { $n })
test-before-after = MNIST-Test: { $before } → { $after } (n = { $n })
validation-before-after = Validierungsziffern: { $before } → { $after } (n = { $n })
share = { NUMBER($share, style: "percent", minimumFractionDigits: 2, maximumFractionDigits: 2) }
figure-learning-curve = Lernkurve
figure-epoch = Epoche
figure-accuracy = Genauigkeit, %
figure-training = Trainingsziffern, augmentiert
figure-validation = Validierungsziffern
figure-read-as = gelesen als
figure-true-digit = tatsächlich
figure-before = vorher
figure-after = nachher
figure-gained = Bei Korrekturen, mit denen nicht trainiert wurde, behobene Fehler: { $fixed } von { $misread }; neue Fehler: { $broken }
trained-on = Mit { $count ->
    [one] { $count } Korrektur
   *[other] { $count } Korrekturen
} in { $seconds } s trainiert.
without-mnist = MNIST war nicht verfügbar, deshalb wurde nur die letzte Schicht trainiert. { $reason }
version-active = aktiv
version-stale = wird neu trainiert: Korrekturen wurden zurückgezogen
now-active = Ab jetzt antwortet <b>{ $name }</b>.
health-mend = <i>Abhilfe:</i> { $mend }.

## Prüfung der Labels, für Admins

nothing-to-review = Es gibt kein Label zu prüfen: Es wurde keins angegeben, das behalten werden darf, oder alle sind geprüft.
sheet-reviewed = Dieser Bogen ist geprüft. /review zeigt den nächsten, falls es einen gibt.
review-sheet =
    { $shown } von { $waiting ->
        [one] { $waiting } Label
       *[other] { $waiting } Labels
    } zur Prüfung{ $doubtful ->
        [0] , die auffälligsten zuerst.
        [one] , die auffälligsten zuerst. { $doubtful } davon (gestrichelter Rahmen) bleibt vom Training ausgenommen, bis du es freigibst.
       *[other] , die auffälligsten zuerst. { $doubtful } davon (gestrichelter Rahmen) bleiben vom Training ausgenommen, bis du sie freigibst.
    }
    Unter jeder Ziffer: ihre Nummer, was ich gelesen habe, das angegebene Label und wie auffällig das ist. Tippe auf eine Nummer, um ein einzelnes Label freizugeben oder abzulehnen.
labels-approved = { $count ->
    [one] { $count } Label wurde freigegeben.
   *[other] { $count } Labels wurden freigegeben.
}
labels-rejected = { $count ->
    [one] { $count } Label wurde abgelehnt.
   *[other] { $count } Labels wurden abgelehnt.
}
labels-gone = Diese Labels gibt es nicht mehr.

## Meldungen an die Admins; nichts darin betrifft einzelne Personen.

notice =
    { $text }
    <i>Meldung</i> <code>{ $id }</code>
notice-more =
    { $text }
    <i>Meldung</i> <code>{ $id }</code>, seit der letzten { $more } weitere dieser Art
skipped-versions = In der Modell-Registry beschädigt und übersprungen: { $names }. Es antwortet { $serving }. Mehr dazu zeigt digitbot db check.
version-taken-back = Der Bot ist zweimal abgestürzt, während { $version } die ersten Fotos las, deshalb antwortet wieder { $serving }. Sieh ins Log, bevor du diese Version noch einmal aktivierst.
networks-damaged = Im installierten Paket beschädigt: { $names }. Vorerst antwortet { $serving }; installiere digitbot neu, damit Fotos wieder so gut gelesen werden wie vorher.
broke = Wegen eines Fehlers konnte ich jemandem nicht antworten und habe es der Person auch gesagt. Im Log steht der Fehler unter dieser ID.
broke-because = Wegen eines Fehlers konnte ich jemandem nicht antworten und habe es der Person auch gesagt. { $reason } Im Log steht der Fehler unter dieser ID.
task-failed = Eine Hintergrundaufgabe ist fehlgeschlagen und beginnt von vorn: { $name }. Warum, steht im Log.
update-due = { $count ->
    [one] { $count } neue Korrektur wartet, mit der das aktive Modell noch nicht trainiert wurde: /retrain trainiert damit.
   *[other] { $count } neue Korrekturen warten, mit denen das aktive Modell noch nicht trainiert wurde: /retrain trainiert damit.
}
base-waiting = Diese Version von digitbot bringt ein neues Basismodell mit: { $base }. Noch antwortet { $active }, das mit einem älteren trainiert wurde. /retrain trainiert das neue mit den Korrekturen, misst beide und behält das bessere; /rollback führt zurück.
run-notice = { $state ->
    [promoted] Trainingslauf { $run } hat eine neue Version aktiviert: { $version }.
    [refused] Trainingslauf { $run } hat eine Version ergeben, die abgelehnt wurde: { $version }.
    [cancelled] Trainingslauf { $run } wurde abgebrochen.
    [lost] Trainingslauf { $run } ging verloren, weil der Trainingsprozess endete.
   *[failed] Trainingslauf { $run } ist fehlgeschlagen.
} /models zeigt alle Versionen.
telegram-was-away = { $minutes ->
    [one] Telegram war { $minutes } Minute lang nicht erreichbar ({ $reason }).
   *[other] Telegram war { $minutes } Minuten lang nicht erreichbar ({ $reason }).
} Ich bin wieder da und beantworte, was inzwischen geschickt wurde.

## Statistik und Daten

photos-a-day = Gelesene Fotos pro Tag
right-a-day = Geprüfte Ziffern pro Tag: gefüllt die richtig gelesenen, schraffiert die falsch gelesenen
confused-digits = Was ich am häufigsten falsch gelesen habe und was es war
only-in-private = Das beantworte ich nur im privaten Chat: Hier könnten es alle lesen.
open-private-chat = Privaten Chat öffnen
no-samples = Noch gibt es kein Trainingsbeispiel: Niemand hat eine Korrektur gemacht, die behalten werden darf.
no-data = Über dich ist nichts gespeichert.
statistics-own = Von dir habe ich { $readings ->
    [one] { $readings } Ergebnis
   *[other] { $readings } Ergebnisse
} mit { $digits ->
    [one] { $digits } Ziffer
   *[other] { $digits } Ziffern
} gespeichert.
statistics-all = Von { $people ->
    [one] { $people } Person
   *[other] { $people } Personen
} habe ich { $readings ->
    [one] { $readings } Ergebnis
   *[other] { $readings } Ergebnisse
} mit { $digits ->
    [one] { $digits } Ziffer
   *[other] { $digits } Ziffern
} gespeichert.
statistics-unlabelled = Keine Ziffer wurde bestätigt oder korrigiert.
statistics-labelled = Von { $labelled ->
    [one] { $labelled } bestätigten oder korrigierten Ziffer
   *[other] { $labelled } bestätigten oder korrigierten Ziffern
} hatte ich { $right } richtig gelesen ({ NUMBER($share, style: "percent", maximumFractionDigits: 0) }).
my-data = Alles, was über dich gespeichert ist: { $readings ->
    [one] { $readings } Ergebnis
   *[other] { $readings } Ergebnisse
}, { $corrections ->
    [one] { $corrections } Korrektur
   *[other] { $corrections } Korrekturen
}. /forget löscht alles.
exported = { $samples ->
    [one] { $samples } Trainingsbeispiel
   *[other] { $samples } Trainingsbeispiele
}: PNG-Ordner, eine Tabelle und idx-Dateien wie bei MNIST.
too-large-to-send = Das sind { $megabytes } MB, und ein Bot darf nur 50 MB schicken (Grenze von Telegram). Auf dem Rechner des Bots schreibt <code>digitbot samples export DIR</code> alle Trainingsbeispiele.

## Fehler

network-trouble = Die Verbindung zu Telegram ist abgebrochen, während ich geantwortet habe. Falls meine Antwort fehlt, schick deine Nachricht bitte noch einmal.
download-failed = Ich konnte das Bild nicht von Telegram herunterladen. Bitte schick es noch einmal.
not-stored = Ich kann gerade nicht in die Datenbank schreiben, deshalb lässt sich dieses Ergebnis später nicht korrigieren.
no-database = Ich komme gerade nicht an die Datenbank, deshalb wurde nichts geändert. Bitte versuch es später noch einmal.
database-trouble = { no-database } Der Betreiber findet im Log mehr unter <code>{ $id }</code>.
error = Bei mir ist etwas schiefgegangen; von dir ist nichts verloren gegangen. Bitte versuch es noch einmal; wenn es wieder passiert, nenne dem Betreiber <code>{ $id }</code>.
photo-empty = Diese Datei ist leer. Schick das Bild noch einmal.
photo-too-large = Diese Datei ist größer als { $megabytes } MB. Schick sie als Foto oder verkleinere sie.
photo-not-an-image = Das ist kein Bild, das ich öffnen kann. Schick ein Foto oder eine Datei in JPEG, PNG, WebP, HEIC, TIFF, BMP oder GIF.
photo-truncated = Dieses Bild ist beschädigt oder unvollständig. Schick es noch einmal.
photo-too-many-pixels = Dieses Bild hat zu viele Pixel. Schick es als Foto oder verkleinere es.
photo-too-long = Eine Seite dieses Bildes ist länger als { $side } Pixel. Schneide es zu.
photo-too-costly = Dieses Bild zu lesen dauert zu lange. Schneide es zu oder schick es als Foto.
photo-deadly = Beim Lesen dieses Bildes bin ich zweimal abgestürzt, deshalb lege ich es beiseite. Schick ein anderes.
