# Français (tu), traduit de en.ftl, où le sens des valeurs est expliqué. Espace insécable avant : ; ? ! % et dans « ».

language-name = Français

## Boutons : texte brut, aussi court que possible.

right = Correct
yes = Oui
all-right = Tout est correct
another-digit = Un autre chiffre
show-input = Ce que tu as vu
not-a-digit = Pas un chiffre
back = Retour
consent-yes = Oui, garde-la pour apprendre
consent-no = Non, corrige juste la réponse
forget-yes = Oui, tout supprimer
forget-no = Non, tout garder
cancel = Annuler
as-read = C’est { $digits }
as-read-none = Il n’y a aucun chiffre
make-active = Activer { $name }
approve = Approuver { $place }
reject = Rejeter { $place }
approve-all = Tout approuver ({ $count })
reject-all = Tout rejeter ({ $count })
language-automatic = Comme dans Telegram

## Menu des commandes et profil du bot : texte brut, une commande 60 caractères au plus, short-description 120,
## description 512.

command-start = Ce que je fais
command-help = Pour que je lise mieux
command-correct = Me corriger : /correct 427
command-read = En réponse : lire l’image
command-undo = Annuler la dernière correction
command-cancel = Annuler ce qui est en cours
command-stats = Mon score sur tes chiffres
command-mydata = T’envoyer toutes tes données
command-privacy = Données gardées et durée
command-forget = Supprimer toutes tes données
command-language = Choisir la langue
command-id = Ton identifiant Telegram
command-review = Vérifier les étiquettes
command-retrain = Lancer l’entraînement
command-models = Versions du modèle
command-rollback = Revenir au modèle précédent
command-export = Envoyer tous les exemples
command-health = Vérifier l’installation
short-description = Envoie-moi une photo de chiffres écrits à la main : je les lis et j’apprends des corrections.
description =
    Je lis les chiffres écrits à la main sur des photos. Envoie-m’en une : un chiffre, un nombre ou une page de plusieurs lignes. Si je me trompe, appuie sur le chiffre pour le corriger. Je ne garde pas les photos ; /privacy explique le reste.

## Aide

start =
    Envoie-moi une photo de chiffres écrits à la main et je les lis.
    Si l’un d’eux est faux, appuie dessus ou réponds <code>/correct 427</code>.
    Je ne garde pas les photos. Je ne garde les corrections pour apprendre que si tu es d’accord : /privacy
    Pour réussir ta photo : /help
help =
    <b>Envoie</b> une photo ou une image en fichier : un chiffre, un nombre ou plusieurs lignes.
    <b>Ce qui aide :</b> stylo foncé, papier uni, lumière uniforme, photo de près.
    <b>Corrige-moi :</b> appuie sur un chiffre, ou réponds <code>427</code> ou <code>/correct 427</code> ; si tu ne réponds à aucun message, /correct vaut pour ta dernière lecture. Ça marche aussi en légende de photo.
start-in-group =
    Dans un groupe, je ne réponds que si on s’adresse à moi :
    · réponds <code>/read{ $name }</code> à une photo,
    · ou mentionne-moi dans la légende de la photo : <code>{ $name }</code>,
    · ou réponds à l’une de mes lectures : <code>427</code> la corrige.
    La personne qui a demandé une lecture peut la corriger, et les admins du groupe aussi.
help-commands = <b>Commandes</b>
language-question = Dans quelle langue veux-tu que j’écrive ?
language-chosen = J’écris maintenant en français.

## Réponses à une photo

nothing-found =
    Je ne vois aucun chiffre sur cette image.
    Ce qui aide : un stylo foncé sur du papier uni, une lumière uniforme et une photo prise de plus près.
is-this-digit = Je ne suis pas sûr qu’il y ait un chiffre ici. Est-ce un <b>{ $digits }</b> ?
is-this-number = Je ne suis pas sûr que ce soient des chiffres. Est-ce <b>{ $digits }</b> ? Appuie sur un chiffre pour le corriger.
percent = { $number } %
one = <b><code>{ $label }</code></b> · sûr à { percent }
one-unsure = C’est peut-être un <code>{ $first }</code> ou un <code>{ $second }</code>. Lequel ?
unread-marks = { $unread ->
    [1] un tracé
    [2] deux tracés
    [3] trois tracés
    [4] quatre tracés
    [5] cinq tracés
    [6] six tracés
    [7] sept tracés
    [8] huit tracés
    [9] neuf tracés
    [one] { $unread } tracé
   *[other] { $unread } tracés
}
one-unsure-unread = À côté, il y a { unread-marks } que je n’ai pas pu lire (cadre rouge en pointillés).
several = Je lis <b>{ $digits }</b>
several-unsure = Je lis <b>{ $digits }</b>, mais j’ai un doute sur { $unsure }. Appuie sur un chiffre pour le corriger.
several-unsure-unread = Je lis <b>{ $digits }</b>. Il y a { unread-marks } que je n’ai pas pu lire (cadre rouge en pointillés), et j’ai un doute sur { $unsure }. Appuie sur un chiffre pour le corriger.
unsure-digit = le chiffre n° { $position } (un { $first } ou un { $second } ?)
unsure-more = { $unsure } et d’autres
unsure-all = l’ensemble
left-out = { $count ->
    [1] J’ai laissé de côté un tracé, comme tu me l’as appris : ce n’est pas un chiffre.
    [2] J’ai laissé de côté deux tracés, comme tu me l’as appris : ce ne sont pas des chiffres.
    [3] J’ai laissé de côté trois tracés, comme tu me l’as appris : ce ne sont pas des chiffres.
    [one] J’ai laissé de côté { $count } tracé, comme tu me l’as appris : ce n’est pas un chiffre.
   *[other] J’ai laissé de côté { $count } tracés, comme tu me l’as appris : ce ne sont pas des chiffres.
}
taught-one = Un <code>{ $label }</code>, comme tu me l’as appris : sans tes corrections, je lirais un <code>{ $other }</code>.
taught-several = Je lis comme tu me l’as appris : { $taught }.
taught-digit = le chiffre n° { $position } (sinon un { $other })
taught-many = { $count ->
    [one] Je lis { $count } chiffre comme tu me l’as appris.
   *[other] Je lis { $count } chiffres comme tu me l’as appris.
}
corrected = Corrigé : <b>{ $digits }</b>
corrected-to-none = Corrigé : il n’y a aucun chiffre sur cette image
corrected-before = (j’avais lu { $before })
which-label = { $state ->
    [as-read] J’ai lu <code>{ $label }</code> : quel chiffre est-ce ?
    [none] J’ai lu <code>{ $label }</code>, noté « pas un chiffre » : quel chiffre est-ce ?
   *[corrected] J’ai lu <code>{ $label }</code>, corrigé en { $now } : quel chiffre est-ce ?
}
which-label-of = { $state ->
    [as-read] Chiffre n° { $number } (lu <code>{ $label }</code>) : lequel est-ce ?
    [none] Chiffre n° { $number } (lu <code>{ $label }</code>, noté « pas un chiffre ») : lequel est-ce ?
   *[corrected] Chiffre n° { $number } (lu <code>{ $label }</code>, corrigé en { $now }) : lequel est-ce ?
}
digit-images = Voici ce que j’ai vu, chiffre par chiffre. Les barres montrent la probabilité que j’ai donnée à chaque chiffre de 0 à 9.
first-digit-images = Voici ce que j’ai vu : les { $shown } premiers chiffres sur { $total }. Les barres montrent la probabilité que j’ai donnée à chaque chiffre de 0 à 9.
read-again = J’ai regardé à nouveau : je vois maintenant { $count ->
    [one] { $count } chiffre
   *[other] { $count } chiffres
}.
first-page = { $pages ->
    [one] J’ai lu la première page sur { $pages }. Envoie chacune des autres pages comme une image à part.
   *[other] J’ai lu la première page sur { $pages }. Envoie chacune des autres pages comme une image à part.
}
album = { $count ->
    [one] Bilan pour { $count } image : { $outcomes }
   *[other] Bilan pour les { $count } images : { $outcomes }
}
album-not-read = non lue
album-no-digit = aucun chiffre
no-photo-rights = Je n’ai pas le droit d’envoyer des images ici. Un admin de ce groupe peut me le donner.
guest-usage = Mentionne-moi en réponse à une photo de chiffres écrits à la main et je la lis.
unsure-in-words = C’est peut-être <b>{ $digits }</b> ; je n’en suis pas sûr.
photos-wait = { $limit ->
    [one] Je lis au plus { $limit } photo par minute et par personne. Les autres attendent : je les lirai dans les prochaines minutes.
   *[other] Je lis au plus { $limit } photos par minute et par personne. Les autres attendent : je les lirai dans les prochaines minutes.
}
too-many-photos = { $limit ->
    [one] Je lis au plus { $limit } photo par minute et par personne, et tu en as déjà énormément en attente. Je laisse de côté celle-ci et les suivantes : renvoie-les plus tard.
   *[other] Je lis au plus { $limit } photos par minute et par personne, et tu en as déjà énormément en attente. Je laisse de côté celle-ci et les suivantes : renvoie-les plus tard.
}

## Corrections

lead-in-words = non nan pardon désolé désolée desole desolee en fait plutôt plutot mais faux c'est cest c c'était est ce ceci cela ça ca c'est-à-dire il elle on y a lit lis dit écrit ecrit était etait sont devrait doit devait être etre faut lire voici là la le les un une nombre numéro numero chiffre chiffres
trailing-words = merci stp svp s'il te plaît plait vous
thanks = Merci !
glad = Ça me fait plaisir !
correct-usage = Dis-moi les chiffres, par exemple <code>/correct 427</code>, en réponse à mon message ou à ta photo. Sinon, c’est ta dernière lecture qui est corrigée.
not-digits = <code>{ $given }</code> ne contient pas que des chiffres de 0 à 9. { correct-usage }
correction-done = Corrigé : { $digits }.
correction-done-none = Corrigé : il n’y a aucun chiffre sur cette image.
other-count = { $found ->
    [0] Je n’ai trouvé aucun chiffre et tu en as donné { $wanted }. J’ai regardé à nouveau, mais je n’en trouve pas { $wanted }.
    [one] J’ai trouvé { $found } chiffre et tu en as donné { $wanted }. J’ai regardé à nouveau, mais je n’en trouve pas { $wanted }.
   *[other] J’ai trouvé { $found } chiffres et tu en as donné { $wanted }. J’ai regardé à nouveau, mais je n’en trouve pas { $wanted }.
} Ce qui aide : des chiffres qui ne se touchent pas, un stylo foncé, du papier uni. Tu peux aussi appuyer sur ce qui est faux.
count-question = { $given ->
    [one] Tu as donné { $given } chiffre
   *[other] Tu as donné { $given } chiffres
} et { $found ->
    [0] je n’en vois aucun
    [one] j’en vois { $found }
   *[other] j’en vois { $found }
} : qu’est-ce qui est correct ?
reply-elsewhere = Tu réponds à un message qui n’est pas dans ce chat, donc je ne sais pas de quelle lecture tu parles. Réponds à mon message ici.
nothing-to-correct = Dans ce chat, je n’ai aucune lecture de toi à corriger. Envoie-moi d’abord une photo.
foreign-reading = Cette lecture n’est pas la tienne : seuls la personne qui l’a demandée et les admins du groupe peuvent la corriger.
reading-gone = { $days ->
    [one] Cette lecture n’existe plus : les lectures sont supprimées au bout de { $days } jour. Renvoie la photo.
   *[other] Cette lecture n’existe plus : les lectures sont supprimées au bout de { $days } jours. Renvoie la photo.
}
reading-deleted = Cette lecture n’existe plus : elle a été supprimée ou n’a pas pu être enregistrée. Renvoie la photo.
reading-unknown = Je n’ai aucune lecture pour ce message de ma part : il ne répond pas à une photo, une réponse plus récente l’a remplacé, ou la lecture a été supprimée ou n’a pas été enregistrée. Réponds à la photo ou renvoie-la.
reading-missing = Je n’ai aucune lecture de cette image : elle n’a pas été lue ou enregistrée, ou sa lecture a été supprimée. Renvoie-la.
group-upgraded = Ce groupe est devenu un supergroupe et je ne peux pas modifier ses anciens messages. Envoie plutôt /correct 427.
button-expired = Ce bouton a expiré. Renvoie la photo.
undone = Annulé : la lecture est à nouveau { $digits }.
undone-none = Annulé : l’image est à nouveau sans chiffre.
cancelled = Annulé.
nothing-to-cancel = Il n’y a rien à annuler : aucune de mes questions n’attend ta réponse.
nothing-corrected = La lecture reste telle quelle.
nothing-to-undo = Tu n’as aucune correction à annuler.

## Consentement

consent-question =
    La réponse est corrigée. Est-ce que je peux <b>garder cette correction pour apprendre</b> ?
    Je garderais la petite image du chiffre (28x28 pixels) et le chiffre que tu m’as donné, protégés par chiffrement, jusqu’à ce que tu envoies /forget. Jamais la photo.
    Cela vaut aussi pour tes prochaines corrections et pour les lectures que tu confirmes. Tu peux changer d’avis avec /privacy.
consent-left-open = La réponse est corrigée. Tant que tu n’en décides pas autrement dans /privacy, rien n’est gardé pour apprendre.
consent-given = Merci : je garde tes corrections pour apprendre. Pour y mettre fin, consulte /privacy.
consent-changed = <b>Ma question a changé</b> depuis que tu as donné ton accord le { DATETIME($day, dateStyle: "long") }. Ce que j’ai gardé jusqu’ici reste soumis à cet accord ; cette correction et les suivantes ne sont gardées que si tu acceptes à nouveau. Si tu réponds non, les deux prennent fin.
consent-question-changed = Ma question a changé depuis que je te l’ai posée. La voici maintenant :
consent-withdrawn = Ton accord est retiré. { $samples ->
    [0] Aucune correction n’était gardée pour apprendre.
    [one] { $samples } correction était gardée pour apprendre et ne servira plus, pas plus que ce qu’elle changeait dans la lecture de tes photos.
   *[other] { $samples } corrections étaient gardées pour apprendre et ne serviront plus, pas plus que ce qu’elles changeaient dans la lecture de tes photos.
} Les corrections de lectures encore enregistrées disparaissent avec elles.
consent-withdrawn-models = { $models ->
    [one] { $models } modèle entraîné avec ces données sera réentraîné sans elles.
   *[other] { $models } modèles entraînés avec ces données seront réentraînés sans elles.
}
consent-refused = D’accord : tes corrections changent seulement la réponse et ne sont pas gardées pour apprendre.

## Compte

privacy =
    <b>Ce qui est gardé</b>
    · Les photos : jamais ; elles sont lues en mémoire, puis effacées.
    · Une lecture (les chiffres, leurs images de 28x28 pixels, ton identifiant et ton nom Telegram, l’identifiant de la photo chez Telegram) : { $days ->
        [one] { $days } jour
       *[other] { $days } jours
    }, pour que tu puisses la corriger.
    · Les corrections pour apprendre (image de 28x28 pixels et bon chiffre) : seulement avec ton accord, et jusqu’à ce que tu le retires. { $consented ->
        [yes] Tu as donné ton accord.
        [outdated] Tu as donné ton accord à une version précédente de la question : les nouvelles corrections ne sont pas gardées tant que tu n’acceptes pas à nouveau.
       *[no] Tu n’as pas donné ton accord.
    }
    · Ce que tes corrections changent dans la lecture de tes photos, et des tiennes seulement : aussi longtemps que ces corrections.
    · Un message qui attend sa réponse : jusqu’à cette réponse, un jour au plus.
    · Les sauvegardes de tout cela, faites sur la machine du propriétaire : { $days ->
        [one] { $days } jour
       *[other] { $days } jours
    }.
    Tout ce qui est enregistré est protégé par chiffrement et ne sert qu’à lire des chiffres. Les admins du bot voient les corrections pour apprendre, sans les noms ; personne d’autre ne voit rien.
    /mydata t’envoie tout ce qui est enregistré sur toi.
    <b>Pour y mettre fin :</b> /forget supprime toutes tes données ; en réponse à une photo ou à mon message, il ne supprime que cette lecture. Avec les boutons ci-dessous, tu donnes ou retires ton accord et tu supprimes des exemples un par un.
delete-single = Supprimer des exemples un par un
older = Plus anciens
forget-reading-yes = Oui, supprimer cette lecture
delete-one = Supprimer { $place }
forget-reading-question = Supprimer seulement cette lecture, les images de ses chiffres et tes corrections ? C’est irréversible. Pour supprimer toutes tes données, envoie /forget sans répondre à un message.
already-deleted = C’est déjà supprimé.
no-own-samples = Je ne garde aucun exemple venant de toi.
own-samples = { $total ->
    [one] Ton seul exemple : son numéro et ce que tu as indiqué. Appuie sur le numéro pour le supprimer.
   *[other] { $shown } de tes { $total } exemples, les plus récents d’abord, chacun avec son numéro et ce que tu as indiqué. Appuie sur un numéro pour supprimer cet exemple.
}
deleted-one = { $samples ->
    [0] Supprimé.
    [one] Supprimé.
   *[other] Supprimé, avec { $samples } exemples.
}
deleted-one-traces = { $samples ->
    [0] Supprimé ; les dernières traces disparaissent du fichier de la base de données dans l’heure.
    [one] Supprimé ; les dernières traces disparaissent du fichier de la base de données dans l’heure.
   *[other] Supprimé, avec { $samples } exemples ; les dernières traces disparaissent du fichier de la base de données dans l’heure.
}
forget-question = Supprimer tes lectures, tes corrections et tout ce que je sais de toi ? C’est irréversible.
deleted = C’est fait : j’ai supprimé { $readings ->
    [one] { $readings } lecture
   *[other] { $readings } lectures
} et { $corrections ->
    [one] { $corrections } correction
   *[other] { $corrections } corrections
}.
deleted-traces = C’est définitif ; les dernières traces disparaissent du fichier de la base de données dans l’heure.
deleted-whole = Plus aucune de tes données n’est enregistrée.
deleted-models = { $count ->
    [one] { $count } modèle entraîné avec ces données sera réentraîné.
   *[other] { $count } modèles entraînés avec ces données seront réentraînés.
}
nothing-deleted = Rien n’a été supprimé.

no-person = Tu écris au nom d’un groupe ou d’un canal, donc je ne sais pas qui tu es. Pour cela, écris-moi sous ton propre nom, de préférence dans notre chat privé.
no-id = Tu écris au nom d’un groupe ou d’un canal : tous ceux qui le font partagent le même identifiant, donc je ne peux pas t’en donner un. Envoie /id sous ton propre nom, de préférence dans notre chat privé.
cannot-forget = Tu écris au nom d’un groupe ou d’un canal, donc je ne sais pas ce qui est à toi, et je n’ai rien supprimé. Les lectures pour un groupe ou un canal sont supprimées avec leurs corrections au bout de { $days ->
    [one] { $days } jour
   *[other] { $days } jours
} ; aucune n’est jamais gardée pour apprendre. Pour supprimer ce que tu as envoyé sous ton propre nom, envoie /forget sous ce nom.
your-id = Ton identifiant Telegram est <code>{ $id }</code>.
id-of-admin = Tu es admin ici.
id-of-user = Le propriétaire peut l’ajouter à DIGITBOT_ADMINS pour que tu deviennes admin.

## Messages qui ne sont pas une photo

text-hint = Envoie-moi une photo de chiffres écrits à la main. Pour en savoir plus : /help
unknown-command = Je ne connais pas cette commande. Pour voir ce que je sais faire : /help
unknown-command-like = Je ne connais pas cette commande. Voulais-tu dire /{ $name } ?
not-a-still = Je ne lis que les images fixes. Envoie une photo, ou une image en tant que fichier.
no-sound = Je ne peux pas écouter l’audio. Écris les chiffres à la main et envoie-m’en une photo.
no-place = Les lieux ne me servent à rien, et je ne garde pas celui-ci. Envoie-moi une photo de chiffres écrits à la main.
no-contact = Les contacts ne me servent à rien, et je ne garde pas celui-ci. Envoie-moi une photo de chiffres écrits à la main.
no-poll = Je ne participe ni aux sondages ni aux listes. Envoie-moi une photo de chiffres écrits à la main.
no-game = Je ne joue pas. Envoie-moi une photo de chiffres écrits à la main.
withheld = Telegram ne me laisse pas voir ce qu’il y a dedans. Envoie l’image elle-même comme photo.
caption-edited = Je lis une légende à son arrivée, donc la modifier ne change rien. Pour corriger ma lecture, réponds <code>/correct { $digits }</code>.
not-allowed = Ce bot est réservé aux personnes invitées. Si tu as le mot d’invitation, envoie-le-moi.
access-given = Bienvenue !
read-usage = Envoie /read en réponse à une image et je la lis.
group-admins-only = Cette lecture est celle du groupe et je ne peux pas voir si tu en es admin. Les admins anonymes peuvent toujours envoyer /correct 427 en réponse.
not-your-button = Ce bouton n’est pas pour toi.

## Entraînement, pour les admins

admins-only = C’est réservé aux admins.
no-admins = Il n’y a pas encore d’admin. Si ce bot est à toi : /id t’indique ton identifiant ; ajoute-le à DIGITBOT_ADMINS et redémarre le bot.
nothing-new = Il n’y a rien de nouveau pour l’entraînement : le modèle actif a déjà été entraîné sur toutes les corrections utilisables.
nothing-approved = Il n’y a rien pour l’entraînement : aucune correction n’a encore été approuvée. Tu peux le faire avec /review.
cancelling = L’entraînement est en cours d’annulation.
run-over = Cet entraînement est déjà terminé.
version-gone = Cette version n’est plus conservée.
no-version-before = Il n’y a pas de version avant celle-ci.
run-goes-on = L’entraînement { $run } continue : envoie /cancel encore une fois pour l’annuler.
run-in-progress = L’entraînement { $run } est en cours. Un seul à la fois : attends qu’il finisse ou annule-le.
run-started = L’entraînement { $run } commence…
run-requested = L’entraînement { $run } attend le processus d’entraînement…
run-waiting = L’entraînement { $run } attend le processus d’entraînement depuis le { DATETIME($since, dateStyle: "medium", timeStyle: "short") } UTC. Lance <code>digitbot trainer</code> ou annule l’entraînement.
run-from-new-base = L’entraînement { $run } commence à partir du nouveau modèle de base { $base }…
trained-from-new-base = Entraîné à partir du nouveau modèle de base { $base } ; la version précédente est conservée pour /rollback.
run-progress = Entraînement { $run } · { $corrections ->
    [one] { $corrections } correction et des chiffres de révision
   *[other] { $corrections } corrections et des chiffres de révision
} · { $bar } { percent } · encore { $seconds } s environ
run-ended = L’entraînement { $run } s’est terminé sans modèle : { $reason }.
run-cancelled = L’entraînement { $run } a été annulé. Le modèle actif reste le même.
run-lost = L’entraînement { $run } a été perdu : le processus qui l’exécutait s’est arrêté avant la fin. Le modèle actif reste le même ; /retrain en lance un autre.
run-activated = Entraînement { $run } : <b>{ $version }</b> est maintenant la version active
run-refused = Entraînement { $run } : <b>{ $version }</b> est refusée. Raison : { $refusals }
nothing-gained = aucun gain, le modèle actuel reste
refused-size = { $bytes ->
    [one] le modèle fait { $bytes } octet avec son fichier .keras, et { $limit } sont autorisés
   *[other] le modèle fait { $bytes } octets avec son fichier .keras, et { $limit } sont autorisés
}
refused-finite = seulement { $value } de ses sorties sont des nombres finis
refused-validation = sur { $n } chiffres de validation, il en lit { $value } correctement, et il faut au moins { $limit }
gain = Sur les corrections non vues à l’entraînement, erreurs corrigées : { $fixed } sur { $misread } ; nouvelles erreurs : { $broken }.
doubtful-labels = { $count ->
    [one] { $count } étiquette semble fausse et a été laissée de côté : /review la montre.
   *[other] { $count } étiquettes semblent fausses et ont été laissées de côté : /review les montre.
}
test-measured = Test MNIST { $value } (n = { $n })
test-before-after = Test MNIST : { $before } → { $after } (n = { $n })
validation-before-after = Chiffres de validation : { $before } → { $after } (n = { $n })
share = { NUMBER($share, style: "percent", minimumFractionDigits: 2, maximumFractionDigits: 2) }
figure-learning-curve = Courbe d’apprentissage
figure-epoch = époque
figure-accuracy = exactitude, %
figure-training = chiffres d’entraînement, déformés
figure-validation = chiffres de validation
figure-read-as = lu comme
figure-true-digit = en réalité
figure-before = avant
figure-after = après
figure-gained = Sur les corrections non vues à l’entraînement, erreurs corrigées : { $fixed } sur { $misread } ; nouvelles erreurs : { $broken }
trained-on = Entraîné sur { $count ->
    [one] { $count } correction
   *[other] { $count } corrections
} en { $seconds } s.
without-mnist = MNIST n’était pas disponible, donc seule la dernière couche a été entraînée. { $reason }
version-active = active
version-stale = à réentraîner : des corrections ont été retirées
now-active = C’est maintenant <b>{ $name }</b> qui répond.
health-mend = <i>Pour réparer :</i> { $mend }.

## Vérification des étiquettes, pour les admins

nothing-to-review = Il n’y a pas d’étiquette à vérifier : aucune étiquette pouvant être gardée n’a été donnée, ou toutes ont été vérifiées.
sheet-reviewed = Cette planche est vérifiée. /review montre la suivante, s’il y en a une.
review-sheet =
    Sur { $waiting ->
        [one] { $waiting } étiquette
       *[other] { $waiting } étiquettes
    } à vérifier, en voici { $shown }{ $doubtful ->
        [0] , les plus étranges d’abord.
        [one] , les plus étranges d’abord. { $doubtful } d’entre elles (cadre en tirets) reste hors de l’entraînement jusqu’à ce que tu l’approuves.
       *[other] , les plus étranges d’abord. { $doubtful } d’entre elles (cadre en tirets) restent hors de l’entraînement jusqu’à ce que tu les approuves.
    }
    Sous chaque chiffre : son numéro, ce que j’ai lu, l’étiquette donnée, et à quel point c’est étrange. Appuie sur un numéro pour approuver ou rejeter une seule étiquette.
labels-approved = { $count ->
    [one] { $count } étiquette approuvée.
   *[other] { $count } étiquettes approuvées.
}
labels-rejected = { $count ->
    [one] { $count } étiquette rejetée.
   *[other] { $count } étiquettes rejetées.
}
labels-gone = Ces étiquettes n’existent plus.

## Avis aux admins ; rien n’y concerne une personne.

notice =
    { $text }
    <i>Avis</i> <code>{ $id }</code>
notice-more =
    { $text }
    <i>Avis</i> <code>{ $id }</code>, { $more ->
        [one] { $more } autre du même genre
       *[other] { $more } autres du même genre
    } depuis le dernier
skipped-versions = Dans le registre des modèles, des versions sont endommagées et ignorées : { $names }. C’est { $serving } qui répond. Pour en savoir plus : digitbot db check.
version-taken-back = Le bot a planté deux fois pendant que { $version } lisait ses premières photos, donc c’est de nouveau { $serving } qui répond. Consulte le journal avant de réactiver cette version.
networks-damaged = Endommagé dans le paquet installé : { $names }. Pour l’instant, c’est { $serving } qui répond ; réinstalle digitbot pour que les photos soient lues aussi bien qu’avant.
broke = Une erreur m’a empêché de répondre à quelqu’un, et je le lui ai dit. L’erreur est dans le journal sous cet identifiant.
broke-because = Une erreur m’a empêché de répondre à quelqu’un, et je le lui ai dit. { $reason } L’erreur est dans le journal sous cet identifiant.
task-failed = Une tâche de fond a échoué et recommence : { $name }. Le journal dit pourquoi.
update-due = { $count ->
    [one] Il y a { $count } nouvelle correction sur laquelle le modèle actif n’a pas été entraîné : /retrain l’utilise.
   *[other] Il y a { $count } nouvelles corrections sur lesquelles le modèle actif n’a pas été entraîné : /retrain les utilise.
}
base-waiting = Cette version de digitbot apporte un nouveau modèle de base, { $base } ; c’est encore { $active } qui répond, entraîné à partir d’un plus ancien. /retrain entraîne le nouveau sur les corrections, mesure les deux et garde le meilleur ; /rollback revient en arrière.
run-notice = { $state ->
    [promoted] L’entraînement { $run } a activé une nouvelle version : { $version }.
    [refused] L’entraînement { $run } a produit une version qui a été refusée : { $version }.
    [cancelled] L’entraînement { $run } a été annulé.
    [lost] L’entraînement { $run } a été perdu parce que le processus qui l’exécutait s’est arrêté.
   *[failed] L’entraînement { $run } a échoué.
} /models montre toutes les versions.
telegram-was-away = { $minutes ->
    [one] Je n’ai pas pu joindre Telegram pendant { $minutes } minute ({ $reason }).
   *[other] Je n’ai pas pu joindre Telegram pendant { $minutes } minutes ({ $reason }).
} Je suis de retour et je réponds à ce qui a été envoyé entre-temps.

## Statistiques et données

photos-a-day = Photos lues par jour
right-a-day = Chiffres vérifiés par jour : barres pleines pour ceux que j’avais bien lus, hachurées pour les autres
confused-digits = Ce que j’ai le plus mal lu, et ce que c’était
only-in-private = Je ne réponds à cela que dans un chat privé : ici, tout le monde pourrait le lire.
open-private-chat = Ouvrir notre chat privé
no-samples = Il n’y a pas encore d’exemple : personne n’a fait de correction qui puisse être gardée.
no-data = Rien n’est enregistré sur toi.
statistics-own = De toi, je garde { $readings ->
    [one] { $readings } lecture
   *[other] { $readings } lectures
} avec { $digits ->
    [one] { $digits } chiffre.
   *[other] { $digits } chiffres.
}
statistics-all = De { $people ->
    [one] { $people } personne
   *[other] { $people } personnes
}, je garde { $readings ->
    [one] { $readings } lecture
   *[other] { $readings } lectures
} avec { $digits ->
    [one] { $digits } chiffre.
   *[other] { $digits } chiffres.
}
statistics-unlabelled = Aucun chiffre n’a été confirmé ni corrigé.
statistics-labelled = Sur { $labelled ->
    [one] { $labelled } chiffre confirmé ou corrigé
   *[other] { $labelled } chiffres confirmés ou corrigés
}, j’en avais bien lu { $right } ({ NUMBER($share, style: "percent", maximumFractionDigits: 0) }).
my-data = Tout ce qui est enregistré sur toi : { $readings ->
    [one] { $readings } lecture
   *[other] { $readings } lectures
}, { $corrections ->
    [one] { $corrections } correction
   *[other] { $corrections } corrections
}. /forget supprime tout.
exported = { $samples ->
    [one] { $samples } exemple
   *[other] { $samples } exemples
} : des dossiers PNG, un tableau et des fichiers idx comme ceux de MNIST.
too-large-to-send = Cela fait { $megabytes } Mo, et un bot peut envoyer 50 Mo au plus (limite de Telegram). Sur la machine du bot, <code>digitbot samples export DIR</code> écrit tous les exemples.

## Erreurs

network-trouble = La connexion à Telegram a été coupée pendant que je répondais. S’il te manque ma réponse, renvoie ton message, s’il te plaît.
download-failed = Je n’ai pas pu télécharger l’image depuis Telegram. Renvoie-la, s’il te plaît.
not-stored = Je ne peux pas écrire dans la base de données en ce moment, donc cette lecture ne pourra pas être corrigée plus tard.
no-database = Je ne peux pas utiliser la base de données en ce moment, donc rien n’a été changé. Réessaie plus tard, s’il te plaît.
database-trouble = { no-database } Le propriétaire en trouvera plus dans le journal sous <code>{ $id }</code>.
error = Quelque chose n’a pas marché de mon côté ; tu n’as rien perdu. Réessaie, s’il te plaît ; si cela se reproduit, indique au propriétaire <code>{ $id }</code>.
photo-empty = Ce fichier est vide. Renvoie l’image.
photo-too-large = Ce fichier dépasse { $megabytes } Mo. Envoie-le comme photo ou réduis-le.
photo-not-an-image = Ce n’est pas une image que je puisse ouvrir. Envoie une photo, ou un fichier JPEG, PNG, WebP, HEIC, TIFF, BMP ou GIF.
photo-truncated = Cette image est endommagée ou incomplète. Renvoie-la.
photo-too-many-pixels = Cette image a trop de pixels. Envoie-la comme photo ou réduis-la.
photo-too-long = Un côté de cette image dépasse { $side } pixels. Recadre-la.
photo-too-costly = Cette image est trop longue à lire. Recadre-la ou envoie-la comme photo.
photo-deadly = J’ai planté deux fois en lisant cette image, donc je la laisse de côté. Envoie-en une autre.
