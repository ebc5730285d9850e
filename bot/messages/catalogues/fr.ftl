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
command-help = Conseils pour que je lise mieux
command-correct = Corriger la dernière lecture : /correct 427
command-read = Lire l’image à laquelle tu réponds
command-undo = Annuler la dernière correction
command-stats = À quel point je lis bien tes chiffres
command-mydata = T’envoyer tout ce qui est enregistré sur toi
command-privacy = Ce qui est gardé, et combien de temps
command-forget = Supprimer toutes tes données
command-language = Choisir la langue
command-id = Afficher ton identifiant Telegram
command-review = Vérifier les étiquettes avant l’entraînement
command-retrain = Lancer l’entraînement sur les corrections
command-models = Toutes les versions du modèle
command-rollback = Revenir au modèle précédent
command-export = Envoyer tous les exemples
command-health = Vérifier cette installation
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
    <b>Envoie</b> une photo, ou une image en tant que fichier : un chiffre, un nombre ou plusieurs lignes.
    <b>Ce qui aide :</b> un stylo foncé, du papier uni, une lumière uniforme et une photo prise d’assez près pour bien voir les chiffres.
    <b>Corrige-moi :</b> appuie sur un chiffre, ou envoie <code>/correct 427</code> en réponse à mon message ou à ta photo ; sinon, c’est ta dernière lecture qui est corrigée. Tu peux aussi répondre avec les chiffres seuls. Une photo avec la légende <code>427</code> est lue et corrigée d’un seul coup.
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
one-unsure-unread = À côté, il y a { unread-marks } que je n’ai pas pu lire (cadre rouge en pointillé).
several = Je lis <b>{ $digits }</b>
several-unsure = Je lis <b>{ $digits }</b>, mais j’ai un doute sur { $unsure }. Appuie sur un chiffre pour le corriger.
several-unsure-unread = Je lis <b>{ $digits }</b>. Il y a { unread-marks } que je n’ai pas pu lire (cadre rouge en pointillé), et j’ai un doute sur { $unsure }. Appuie sur un chiffre pour le corriger.
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
digit-images = Voici ce que j’ai vu, chiffre par chiffre.
probability-bars = Les barres montrent la probabilité que j’ai donnée à chaque chiffre de 0 à 9.
first-digit-images = Voici ce que j’ai vu : les { $shown } premiers chiffres sur { $total }.
read-again = J’ai regardé à nouveau : je vois maintenant { $count ->
    [one] { $count } chiffre
   *[other] { $count } chiffres
}.

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
foreign-reading = Cette lecture n’est pas la tienne : seule la personne qui a envoyé la photo peut la corriger.
reading-gone = { $days ->
    [one] Cette lecture n’existe plus : les lectures sont supprimées au bout de { $days } jour. Renvoie la photo.
   *[other] Cette lecture n’existe plus : les lectures sont supprimées au bout de { $days } jours. Renvoie la photo.
}
reading-deleted = Cette lecture n’existe plus : elle a été supprimée ou n’a pas pu être enregistrée. Renvoie la photo.
reading-missing = Je n’ai aucune lecture de cette image : elle n’a pas été lue ou enregistrée, ou sa lecture a été supprimée. Renvoie-la.
button-expired = Ce bouton a expiré. Renvoie la photo.
undone = Annulé : la lecture est à nouveau { $digits }.
undone-none = Annulé : l’image est à nouveau sans chiffre.
nothing-to-undo = Tu n’as aucune correction à annuler.

## Consentement

consent-question =
    La réponse est corrigée. Est-ce que je peux <b>garder cette correction pour apprendre</b> ?
    Je garderais la petite image du chiffre (28x28 pixels) et le chiffre que tu m’as donné, protégés par chiffrement, jusqu’à ce que tu envoies /forget. Jamais la photo.
    Cela vaut aussi pour tes prochaines corrections et pour les lectures que tu confirmes. Tu peux changer d’avis avec /privacy.
consent-given = Merci : je garde tes corrections pour apprendre. Pour y mettre fin, consulte /privacy.
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
       *[no] Tu n’as pas donné ton accord.
    }
    · Ce que tes corrections changent dans la lecture de tes photos, et des tiennes seulement : aussi longtemps que ces corrections.
    · Un message qui attend sa réponse : jusqu’à cette réponse, un jour au plus.
    · Les sauvegardes de tout cela, faites sur la machine du propriétaire : { $days ->
        [one] { $days } jour
       *[other] { $days } jours
    }.
    Tout ce qui est enregistré est protégé par chiffrement, n’est transmis à personne d’autre et ne sert qu’à lire des chiffres.
    /mydata t’envoie tout ce qui est enregistré sur toi.
    <b>Pour y mettre fin :</b> /forget supprime toutes tes données ; avec les boutons ci-dessous, tu donnes ou retires ton accord.
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
not-a-still = Je ne lis que les images fixes. Envoie une photo, ou une image en tant que fichier.
not-allowed = Ce bot est réservé aux personnes invitées. Si tu as le mot d’invitation, envoie-le-moi.
access-given = Bienvenue !
read-usage = Envoie /read en réponse à une image et je la lis.
group-admins-only = Cette lecture est celle du groupe et je ne peux pas voir si tu en es admin. Les admins anonymes peuvent toujours envoyer /correct 427 en réponse.
not-your-button = Ce bouton n’est pas pour toi.

## Entraînement, pour les admins

admins-only = C’est réservé aux admins. /id t’indique ton identifiant ; le propriétaire peut l’ajouter à DIGITBOT_ADMINS.
no-admins = Il n’y a pas encore d’admin. Si ce bot est à toi : /id t’indique ton identifiant ; ajoute-le à DIGITBOT_ADMINS et redémarre le bot.
nothing-new = Il n’y a rien de nouveau pour l’entraînement : le modèle actif a déjà été entraîné sur toutes les corrections utilisables.
nothing-approved = Il n’y a rien pour l’entraînement : aucune correction n’a encore été approuvée. Tu peux le faire avec /review.
cancelling = L’entraînement est en cours d’annulation.
run-over = Cet entraînement est déjà terminé.
version-gone = Cette version n’est plus conservée.
no-version-before = Il n’y a pas de version avant celle-ci.
run-in-progress = L’entraînement { $run } est en cours. Un seul à la fois : attends qu’il finisse ou annule-le.
run-started = L’entraînement { $run } commence…
run-from-new-base = L’entraînement { $run } commence à partir du nouveau modèle de base { $base }…
trained-from-new-base = Entraîné à partir du nouveau modèle de base { $base } ; la version précédente est conservée pour /rollback.
run-progress = Entraînement { $run } · { $corrections ->
    [one] { $corrections } correction et des chiffres de révision
   *[other] { $corrections } corrections et des chiffres de révision
} · { $bar } { percent } · encore { $seconds } s environ
run-ended = L’entraînement { $run } s’est terminé sans modèle : { $reason }.
run-cancelled = L’entraînement { $run } a été annulé. Le modèle actif reste le même.
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
figure-learning-curve = Courbe d’apprentissage
figure-epoch = époque
figure-accuracy = exactitude, %
figure-training = chiffres d’entraînement, modifiés
figure-validation = chiffres de validation
figure-read-as = lu
figure-true-digit = vrai
figure-before = avant
figure-after = après
doubtful-labels = { $count ->
    [one] { $count } étiquette semble fausse et a été laissée de côté : /review la montre.
   *[other] { $count } étiquettes semblent fausses et ont été laissées de côté : /review les montre.
}
test-measured = Test MNIST { $value } (n = { $n })
test-before-after = Test MNIST : { $before } → { $after } (n = { $n })
validation-before-after = Chiffres de validation : { $before } → { $after } (n = { $n })
share = { NUMBER($share, style: "percent", minimumFractionDigits: 2, maximumFractionDigits: 2) }
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
review-in-private = Je ne montre les chiffres des autres que dans notre chat privé : envoie /review là-bas.
sheet-reviewed = Cette planche est vérifiée. /review montre la suivante, s’il y en a une.
review-dashed = Cadre en tirets : laissé hors de l’entraînement jusqu’à validation.
review-sheet =
    Sur { $waiting ->
        [one] { $waiting } étiquette
       *[other] { $waiting } étiquettes
    } à vérifier, en voici { $shown }{ $doubtful ->
        [0] , les plus étranges d’abord.
        [one] , les plus étranges d’abord. { $doubtful } d’entre elles reste hors de l’entraînement jusqu’à ce que tu l’approuves.
       *[other] , les plus étranges d’abord. { $doubtful } d’entre elles restent hors de l’entraînement jusqu’à ce que tu les approuves.
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
    [lost] L’entraînement { $run } a été perdu parce que le bot s’est arrêté.
   *[failed] L’entraînement { $run } a échoué.
} /models montre toutes les versions.
telegram-was-away = { $minutes ->
    [one] Je n’ai pas pu joindre Telegram pendant { $minutes } minute ({ $reason }).
   *[other] Je n’ai pas pu joindre Telegram pendant { $minutes } minutes ({ $reason }).
} Je suis de retour et je réponds à ce qui a été envoyé entre-temps.

## Statistiques et données

photos-a-day = Photos lues par jour
right-a-day = Chiffres vérifiés par jour : plein, ceux que j’avais bien lus ; rayé, les autres
confused-digits = Mes erreurs les plus fréquentes (lu : vrai)
only-in-private = Il s’agit de données personnelles, donc je ne les envoie que dans un chat privé : écris-moi là-bas.
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
