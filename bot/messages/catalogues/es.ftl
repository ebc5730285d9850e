# Español (tú, neutro), traducido de en.ftl; allí se explica qué significan los valores.

language-name = Español

## Botones: texto sin formato, lo más corto posible.

right = Correcto
yes = Sí
all-right = Todo correcto
another-digit = Es otro dígito
show-input = Lo que viste
not-a-digit = No es un dígito
back = Volver
consent-yes = Sí, guárdala para aprender
consent-no = No, solo corrige la respuesta
forget-yes = Sí, eliminar todo
forget-no = No, conservar
cancel = Cancelar
as-read = Es { $digits }
as-read-none = No hay ningún dígito
make-active = Activar { $name }
approve = Aprobar { $place }
reject = Rechazar { $place }
approve-all = Aprobar todas ({ $count })
reject-all = Rechazar todas ({ $count })
language-automatic = Como en Telegram

## Menú de comandos y perfil del bot: texto sin formato, un comando 60 caracteres como máximo, short-description 120,
## description 512.

command-start = Qué hago
command-help = Consejos para que lea mejor
command-correct = Corregirme: /correct 427
command-read = Leer la foto a la que respondes
command-undo = Deshacer la última corrección
command-cancel = Cancelar la acción en curso
command-stats = Cuánto acierto al leerte
command-mydata = Enviarte todos tus datos
command-privacy = Qué guardo y cuánto tiempo
command-forget = Eliminar todo lo tuyo
command-language = Elegir el idioma
command-id = Mostrar tu ID de Telegram
command-review = Revisar las etiquetas
command-retrain = Entrenar con correcciones
command-models = Versiones del modelo
command-rollback = Volver al modelo anterior
command-export = Enviar todas las muestras
command-health = Comprobar la instalación
short-description = Envíame una foto con dígitos escritos a mano: los leo y aprendo de las correcciones.
description =
    Leo dígitos escritos a mano en fotos. Envíame una: un dígito, un número o una página con varias filas. Si me equivoco, toca el dígito y corrígelo. No guardo las fotos; /privacy explica el resto.

## Ayuda

start =
    Envíame una foto con dígitos escritos a mano y los leo.
    Si alguno está mal, tócalo o responde <code>/correct 427</code>.
    No guardo fotos. Guardo correcciones para aprender solo si tú quieres: /privacy
    En /help te cuento cómo hacer una buena foto.
help =
    <b>Envíame</b> una foto o una imagen como archivo: un dígito, un número o varias filas.
    <b>Lo que ayuda:</b> tinta oscura, papel liso, luz uniforme y acercarte.
    <b>Corrígeme:</b> toca un dígito o responde <code>427</code> o <code>/correct 427</code>; si no respondes a ningún mensaje, /correct vale para tu última lectura. También sirve como texto de una foto.
start-in-group =
    En un grupo solo respondo cuando se dirigen a mí:
    · responde <code>/read{ $name }</code> a una foto,
    · o mencióname en el texto de la foto: <code>{ $name }</code>,
    · o responde a una lectura mía: <code>427</code> la corrige.
    Puede corregir una lectura quien la pidió, y también los admins del grupo.
help-commands = <b>Comandos</b>
language-question = ¿En qué idioma quieres que escriba?
language-chosen = Ahora escribo en español.

## Respuestas a una foto

nothing-found =
    No veo ningún dígito en esta imagen.
    Lo que ayuda: tinta oscura sobre papel liso, luz uniforme y acercarte más.
is-this-digit = No sé si aquí hay un dígito. ¿Es un <b>{ $digits }</b>?
is-this-number = No sé si esto son dígitos. ¿Es <b>{ $digits }</b>? Toca un dígito para corregirlo.
percent = { $number } %
one = <b><code>{ $label }</code></b> · { percent } de certeza
one-unsure = Podría ser un <code>{ $first }</code> o un <code>{ $second }</code>. ¿Cuál es?
unread-marks = { $unread ->
    [1] un trazo
    [2] dos trazos
    [3] tres trazos
    [4] cuatro trazos
    [5] cinco trazos
    [6] seis trazos
    [7] siete trazos
    [8] ocho trazos
    [9] nueve trazos
   *[other] { $unread } trazos
}
one-unsure-unread = Al lado hay { unread-marks } que no pude leer (recuadro rojo punteado).
several = Leo <b>{ $digits }</b>
several-unsure = Leo <b>{ $digits }</b>, pero tengo dudas con { $unsure }. Toca un dígito para corregirlo.
several-unsure-unread = Leo <b>{ $digits }</b>. Hay { unread-marks } que no pude leer (recuadro rojo punteado), y tengo dudas con { $unsure }. Toca un dígito para corregirlo.
unsure-digit = el dígito n.º { $position } (¿un { $first } o un { $second }?)
unsure-more = { $unsure } y otros más
unsure-all = todos los dígitos
left-out = { $count ->
    [1] Dejé fuera un trazo, como me enseñaste: no es un dígito.
    [2] Dejé fuera dos trazos, como me enseñaste: no son dígitos.
    [3] Dejé fuera tres trazos, como me enseñaste: no son dígitos.
   *[other] Dejé fuera { $count } trazos, como me enseñaste: no son dígitos.
}
taught-one = Un <code>{ $label }</code>, como me enseñaste: sin tus correcciones leería un <code>{ $other }</code>.
taught-several = Leo como me enseñaste: { $taught }.
taught-digit = el dígito n.º { $position } (si no, sería un { $other })
taught-many = Leo { $count } dígitos como me enseñaste.
corrected = Corregido: <b>{ $digits }</b>
corrected-to-none = Corregido: no hay ningún dígito en esta imagen
corrected-before = (antes leí { $before })
which-label = { $state ->
    [as-read] Leído como <code>{ $label }</code>: ¿qué dígito es?
    [none] Leído como <code>{ $label }</code>, marcado «no es un dígito»: ¿qué dígito es?
   *[corrected] Leído como <code>{ $label }</code>, corregido a { $now }: ¿qué dígito es?
}
which-label-of = { $state ->
    [as-read] Dígito n.º { $number } (leído como <code>{ $label }</code>): ¿cuál es?
    [none] Dígito n.º { $number } (leído como <code>{ $label }</code>, marcado «no es un dígito»): ¿cuál es?
   *[corrected] Dígito n.º { $number } (leído como <code>{ $label }</code>, corregido a { $now }): ¿cuál es?
}
digit-images = Esto es lo que vi, dígito por dígito. Las barras muestran qué probabilidad le di a cada dígito del 0 al 9.
first-digit-images = Esto es lo que vi: los primeros { $shown } de { $total } dígitos. Las barras muestran qué probabilidad le di a cada dígito del 0 al 9.
read-again = Volví a mirar: ahora veo { $count ->
    [one] { $count } dígito
   *[other] { $count } dígitos
}.
first-page = { $pages ->
    [one] Leí la primera de { $pages } página. Envía cada una de las demás como imagen aparte.
   *[other] Leí la primera de { $pages } páginas. Envía cada una de las demás como imagen aparte.
}
album = { $count ->
    [one] Resumen de { $count } imagen: { $outcomes }
   *[other] Resumen de las { $count } imágenes: { $outcomes }
}
album-not-read = no leída
album-no-digit = sin dígitos
no-photo-rights = Aquí no tengo permiso para enviar imágenes. Un admin de este grupo puede dármelo.
guest-usage = Mencióname al responder a una foto con dígitos escritos a mano y la leo.
unsure-in-words = Puede que sea <b>{ $digits }</b>; no lo sé con certeza.
photos-wait = { $limit ->
    [one] Leo como máximo { $limit } foto por minuto de cada persona. Las demás esperan: las leeré en los próximos minutos.
   *[other] Leo como máximo { $limit } fotos por minuto de cada persona. Las demás esperan: las leeré en los próximos minutos.
}
too-many-photos = { $limit ->
    [one] Leo como máximo { $limit } foto por minuto de cada persona, y ya hay muchísimas tuyas en espera. No leeré esta ni las siguientes: envíalas otra vez más tarde.
   *[other] Leo como máximo { $limit } fotos por minuto de cada persona, y ya hay muchísimas tuyas en espera. No leeré esta ni las siguientes: envíalas otra vez más tarde.
}

## Correcciones

lead-in-words = no, nop perdón perdon disculpa lo siento en realidad más mas bien mejor dicho sino mal creo que es esto eso este ese esta está era son sería seria aquí aqui ahí ahi hay dice pone ponía lee se debe debería deberia ser tiene el la un una número numero cifra cifras dígito digito dígitos digitos
trailing-words = por favor gracias
thanks = ¡Gracias!
glad = ¡Me alegro!
correct-usage = Dime los dígitos, por ejemplo <code>/correct 427</code>, como respuesta a mi mensaje o a tu foto. Si no respondes a ningún mensaje, vale para tu última lectura.
not-digits = <code>{ $given }</code> no se compone solo de dígitos del 0 al 9. { correct-usage }
correction-done = Corregido: { $digits }.
correction-done-none = Corregido: no hay ningún dígito en esta imagen.
other-count = { $found ->
    [0] No encontré ningún dígito y tú indicaste { $wanted }. Volví a mirar y no logré encontrar { $wanted }.
    [one] Encontré { $found } dígito y tú indicaste { $wanted }. Volví a mirar y no logré encontrar { $wanted }.
   *[other] Encontré { $found } dígitos y tú indicaste { $wanted }. Volví a mirar y no logré encontrar { $wanted }.
} Lo que ayuda: dígitos que no se toquen, tinta oscura y papel liso. También puedes tocar lo que está mal.
count-question = { $given ->
    [one] Indicaste { $given } dígito
   *[other] Indicaste { $given } dígitos
} y yo { $found ->
    [0] no veo ninguno
    [one] veo { $found }
   *[other] veo { $found }
}: ¿qué es lo correcto?
reply-elsewhere = Respondiste a un mensaje que no está en este chat, así que no sé a qué lectura te refieres. Responde a mi mensaje aquí.
nothing-to-correct = En este chat no tengo ninguna lectura tuya que corregir. Primero envíame una foto.
foreign-reading = Esta lectura es de otra persona: solo pueden corregirla quien la pidió y los admins del grupo.
reading-gone = { $days ->
    [one] Esa lectura ya no existe: las lecturas se eliminan después de { $days } día. Envía la foto otra vez.
   *[other] Esa lectura ya no existe: las lecturas se eliminan después de { $days } días. Envía la foto otra vez.
}
reading-deleted = Esa lectura ya no existe: se eliminó o no se pudo guardar. Envía la foto otra vez.
reading-unknown = No tengo ninguna lectura para ese mensaje mío: no responde a una foto, lo reemplazó una respuesta más reciente, o la lectura se eliminó o no se guardó. Responde a la foto o envíala otra vez.
reading-missing = No tengo ninguna lectura de esta imagen: no se leyó, no se guardó o se eliminó. Envíala otra vez.
group-upgraded = Este grupo ahora es un supergrupo y no puedo cambiar sus mensajes antiguos. Envía /correct 427 en su lugar.
button-expired = Este botón ya no sirve. Envía la foto otra vez.
undone = Deshecho: la lectura vuelve a ser { $digits }.
undone-none = Deshecho: la imagen vuelve a quedar sin dígitos.
cancelled = Cancelado.
nothing-to-cancel = No hay nada que cancelar: no tienes ninguna pregunta mía pendiente.
nothing-corrected = La lectura se queda como está.
nothing-to-undo = No tienes ninguna corrección que deshacer.

## Consentimiento

consent-question =
    La respuesta está corregida. ¿Puedo <b>guardar esta corrección para aprender de ella</b>?
    Guardaría la pequeña imagen del dígito (28x28 píxeles) y el dígito que me indicaste, cifrados, hasta que envíes /forget. La foto, nunca.
    Esto vale también para las próximas correcciones y para las lecturas que marques como correctas. En /privacy puedes cambiar de opinión.
consent-left-open = La respuesta está corregida. Mientras no indiques otra cosa en /privacy, no se guarda nada para aprender.
consent-given = Gracias: guardo tus correcciones para aprender de ellas. En /privacy te explico cómo ponerle fin.
consent-changed = <b>Mi pregunta ha cambiado</b> desde que diste tu consentimiento el { DATETIME($day, dateStyle: "long") }. Lo que guardé hasta ahora sigue como lo permitiste entonces; esta corrección y las próximas solo se guardan si vuelves a aceptar. Si respondes que no, las dos cosas terminan.
consent-question-changed = Mi pregunta ha cambiado desde que te la hice. Ahora es esta:
consent-withdrawn = Consentimiento retirado. { $samples ->
    [0] No tenía guardada ninguna corrección para aprender.
    [one] Para aprender tenía guardada { $samples } corrección, que ya no se usará, ni tampoco lo que cambió al leer tus fotos.
   *[other] Para aprender tenía guardadas { $samples } correcciones, que ya no se usarán, ni tampoco lo que cambiaron al leer tus fotos.
} Las correcciones de lecturas todavía guardadas se eliminan junto con ellas.
consent-withdrawn-models = { $models ->
    [one] { $models } modelo entrenado con esos datos se entrenará de nuevo sin ellos.
   *[other] { $models } modelos entrenados con esos datos se entrenarán de nuevo sin ellos.
}
consent-refused = De acuerdo: tus correcciones solo cambian la respuesta y no se guardan para aprender.

## Cuenta

privacy =
    <b>Qué se guarda</b>
    · Fotos: nunca; se leen en la memoria y se descartan.
    · Una lectura (los dígitos, sus imágenes de 28x28 píxeles, tu ID y tu nombre de Telegram, el identificador de la foto en Telegram): { $days ->
        [one] { $days } día
       *[other] { $days } días
    }, para que puedas corregirla.
    · Correcciones para aprender (imagen de 28x28 píxeles y dígito correcto): solo con tu consentimiento y hasta que lo retires. { $consented ->
        [yes] Has dado tu consentimiento.
        [outdated] Diste tu consentimiento a una versión anterior de la pregunta: las nuevas correcciones no se guardan hasta que vuelvas a aceptar.
       *[no] No has dado tu consentimiento.
    }
    · Lo que tus correcciones cambian al leer tus fotos, y solo las tuyas: mientras existan esas correcciones.
    · Un mensaje que espera respuesta: hasta que la reciba, un día como máximo.
    · Copias de seguridad de todo esto, hechas en el equipo del propietario: { $days ->
        [one] { $days } día
       *[other] { $days } días
    }.
    Todo se guarda cifrado y solo sirve para leer dígitos. Los admins del bot ven las correcciones para aprender, sin nombres; nadie más ve nada.
    /mydata te envía todo lo que se guarda de ti.
    <b>Para ponerle fin:</b> /forget elimina todo lo tuyo; como respuesta a una foto o a mi mensaje, elimina solo esa lectura. Con los botones de abajo das o retiras tu consentimiento y eliminas muestras sueltas.
delete-single = Eliminar muestras sueltas
older = Anteriores
forget-reading-yes = Sí, eliminar esta lectura
delete-one = Eliminar { $place }
forget-reading-question = ¿Elimino solo esta lectura, con las imágenes de sus dígitos y tus correcciones? Esto no se puede deshacer. Para eliminar todo lo tuyo, envía /forget sin responder a ningún mensaje.
already-deleted = Ya estaba eliminado.
no-own-samples = No guardo ninguna muestra tuya.
own-samples = { $total ->
    [one] Tu única muestra: su número y lo que indicaste. Toca el número para eliminarla.
   *[other] { $shown } de tus { $total } muestras, primero las más recientes, cada una con su número y lo que indicaste. Toca un número para eliminar esa muestra.
}
deleted-one = { $samples ->
    [0] Eliminado.
    [one] Eliminado.
   *[other] Eliminado, con { $samples } muestras.
}
deleted-one-traces = { $samples ->
    [0] Eliminado; los últimos rastros desaparecen del archivo de la base de datos en menos de una hora.
    [one] Eliminado; los últimos rastros desaparecen del archivo de la base de datos en menos de una hora.
   *[other] Eliminado, con { $samples } muestras; los últimos rastros desaparecen del archivo de la base de datos en menos de una hora.
}
forget-question = ¿Elimino tus lecturas, tus correcciones y todo lo que sé de ti? Esto no se puede deshacer.
deleted = Listo: eliminé { $readings ->
    [one] { $readings } lectura
   *[other] { $readings } lecturas
} y { $corrections ->
    [one] { $corrections } corrección
   *[other] { $corrections } correcciones
}.
deleted-traces = Es definitivo; los últimos rastros desaparecen del archivo de la base de datos en menos de una hora.
deleted-whole = Ya no queda nada tuyo.
deleted-models = { $count ->
    [one] { $count } modelo entrenado con esos datos se entrenará de nuevo.
   *[other] { $count } modelos entrenados con esos datos se entrenarán de nuevo.
}
nothing-deleted = No se eliminó nada.

no-person = Escribes en nombre de un grupo o canal, así que no sé quién eres. Para esto, escríbeme con tu propio nombre, mejor en nuestro chat privado.
no-id = Escribes en nombre de un grupo o canal: todos los que lo hacen comparten el mismo ID, así que no puedo darte uno propio. Envía /id con tu propio nombre, mejor en nuestro chat privado.
cannot-forget = Escribes en nombre de un grupo o canal, así que no sé qué es tuyo y no eliminé nada. Las lecturas para un grupo o canal se eliminan, junto con sus correcciones, después de { $days ->
    [one] { $days } día
   *[other] { $days } días
}; nunca se guarda ninguna para aprender. Para eliminar lo que enviaste con tu propio nombre, envía /forget con ese nombre.
your-id = Tu ID de Telegram es <code>{ $id }</code>.
id-of-admin = Aquí eres admin.
id-of-user = El propietario puede añadirlo a DIGITBOT_ADMINS para hacerte admin.

## Mensajes que no son una foto

text-hint = Envíame una foto con dígitos escritos a mano. Más información en /help.
unknown-command = No conozco este comando. En /help te cuento qué sé hacer.
unknown-command-like = No conozco este comando. ¿Querías decir /{ $name }?
not-a-still = Solo leo imágenes fijas. Envía una foto, o una imagen como archivo.
no-sound = No puedo escuchar audio. Escribe los dígitos a mano y envíame una foto.
no-place = Las ubicaciones no me sirven, y esta no la guardo. Envíame una foto con dígitos escritos a mano.
no-contact = Los contactos no me sirven, y este no lo guardo. Envíame una foto con dígitos escritos a mano.
no-poll = No participo en encuestas ni listas. Envíame una foto con dígitos escritos a mano.
no-game = No juego. Envíame una foto con dígitos escritos a mano.
withheld = Telegram no me deja ver lo que hay aquí. Envía la propia imagen como foto.
caption-edited = Leo el texto de una foto solo cuando llega, así que editarlo no cambia nada. Para corregir mi lectura, responde <code>/correct { $digits }</code>.
not-allowed = Este bot es solo para personas invitadas. Si tienes la palabra de invitación, envíamela.
access-given = ¡Te doy la bienvenida!
read-usage = Envía /read como respuesta a una imagen y la leo.
group-admins-only = Esta lectura es del grupo y no puedo ver si eres admin. Los admins anónimos siempre pueden enviar /correct 427 como respuesta.
not-your-button = Este botón no es para ti.

## Entrenamiento, para administradores

admins-only = Eso solo pueden hacerlo los admins.
no-admins = Todavía no hay ningún admin. Si este bot es tuyo: /id te muestra tu ID; añádelo a DIGITBOT_ADMINS y reinicia el bot.
nothing-new = No hay nada nuevo con que entrenar: el modelo activo ya se entrenó con todas las correcciones que se pueden usar.
nothing-approved = No hay nada con que entrenar: todavía no se ha aprobado ninguna corrección. Puedes hacerlo con /review.
cancelling = El entrenamiento se está cancelando.
run-over = Ese entrenamiento ya terminó.
version-gone = Esa versión ya no se conserva.
no-version-before = No hay ninguna versión anterior a esta.
run-goes-on = El entrenamiento { $run } sigue: envía /cancel otra vez para cancelarlo.
run-in-progress = El entrenamiento { $run } está en curso. Solo puede haber uno a la vez: espera a que termine o cancélalo.
run-started = Empieza el entrenamiento { $run }…
run-requested = El entrenamiento { $run } espera al proceso de entrenamiento…
run-waiting = El entrenamiento { $run } espera al proceso de entrenamiento desde el { DATETIME($since, dateStyle: "medium", timeStyle: "short") } UTC. Inicia <code>digitbot trainer</code> o cancela el entrenamiento.
run-from-new-base = Empieza el entrenamiento { $run } a partir del nuevo modelo base { $base }…
trained-from-new-base = Entrenado a partir del nuevo modelo base { $base }; la versión anterior se conserva para /rollback.
run-progress = Entrenamiento { $run } · { $corrections ->
    [one] { $corrections } corrección y dígitos de repaso
   *[other] { $corrections } correcciones y dígitos de repaso
} · { $bar } { percent } · quedan unos { $seconds } s
run-ended = El entrenamiento { $run } terminó sin modelo: { $reason }.
run-cancelled = El entrenamiento { $run } se canceló. El modelo activo sigue siendo el mismo.
run-lost = El entrenamiento { $run } se perdió: el proceso que lo llevaba a cabo se cerró antes de terminarlo. El modelo activo sigue siendo el mismo; /retrain empieza otro.
run-activated = Entrenamiento { $run }: <b>{ $version }</b> ya es la versión activa
run-refused = Entrenamiento { $run }: <b>{ $version }</b> se rechazó. Motivo: { $refusals }
nothing-gained = no mejora nada, el modelo actual se mantiene
refused-size = { $bytes ->
    [one] el modelo ocupa { $bytes } byte con su archivo .keras y se permiten { $limit }
   *[other] el modelo ocupa { $bytes } bytes con su archivo .keras y se permiten { $limit }
}
refused-finite = solo el { $value } de sus salidas son números finitos
refused-validation = de { $n } dígitos de validación acierta el { $value }, y se exige al menos el { $limit }
gain = En correcciones no usadas para entrenar, errores resueltos: { $fixed } de { $misread }; errores nuevos: { $broken }.
doubtful-labels = { $count ->
    [one] { $count } etiqueta parece errónea y quedó fuera: /review la muestra.
   *[other] { $count } etiquetas parecen erróneas y quedaron fuera: /review las muestra.
}
test-measured = Prueba MNIST { $value } (n = { $n })
test-before-after = Prueba MNIST: { $before } → { $after } (n = { $n })
validation-before-after = Dígitos de validación: { $before } → { $after } (n = { $n })
share = { NUMBER($share, style: "percent", minimumFractionDigits: 2, maximumFractionDigits: 2) }
figure-learning-curve = Curva de aprendizaje
figure-epoch = época
figure-accuracy = aciertos, %
figure-training = dígitos de entrenamiento, distorsionados
figure-validation = dígitos de validación
figure-read-as = leído como
figure-true-digit = en realidad
figure-before = antes
figure-after = después
figure-gained = En correcciones no usadas para entrenar, errores resueltos: { $fixed } de { $misread }; errores nuevos: { $broken }
trained-on = Entrenado con { $count ->
    [one] { $count } corrección
   *[other] { $count } correcciones
} en { $seconds } s.
without-mnist = MNIST no estaba disponible, así que solo se entrenó la última capa. { $reason }
version-active = activa
version-stale = se volverá a entrenar: se retiraron correcciones
now-active = Ahora responde <b>{ $name }</b>.
health-mend = <i>Solución:</i> { $mend }.

## Revisión de etiquetas, para administradores

nothing-to-review = No hay etiquetas que revisar: no se dio ninguna que se pueda conservar o ya se revisaron todas.
sheet-reviewed = Esta hoja ya está revisada. /review muestra la siguiente, si la hay.
review-sheet =
    { $shown } de { $waiting ->
        [one] { $waiting } etiqueta
       *[other] { $waiting } etiquetas
    } por revisar{ $doubtful ->
        [0] , primero las más raras.
        [one] , primero las más raras. { $doubtful } de ellas (recuadro discontinuo) queda fuera del entrenamiento hasta que la apruebes.
       *[other] , primero las más raras. { $doubtful } de ellas (recuadro discontinuo) quedan fuera del entrenamiento hasta que las apruebes.
    }
    Debajo de cada dígito: su número, lo que leí, la etiqueta que se dio y su grado de rareza. Toca un número para aprobar o rechazar una sola etiqueta.
labels-approved = { $count ->
    [one] Se aprobó { $count } etiqueta.
   *[other] Se aprobaron { $count } etiquetas.
}
labels-rejected = { $count ->
    [one] Se rechazó { $count } etiqueta.
   *[other] Se rechazaron { $count } etiquetas.
}
labels-gone = Esas etiquetas ya no existen.

## Avisos a los administradores; nada en ellos trata de nadie.

notice =
    { $text }
    <i>Aviso</i> <code>{ $id }</code>
notice-more =
    { $text }
    <i>Aviso</i> <code>{ $id }</code>, { $more } más del mismo tipo desde el último
skipped-versions = En el registro de modelos hay versiones dañadas, que se omiten: { $names }. Responde { $serving }. Más detalles con digitbot db check.
version-taken-back = El bot dejó de funcionar dos veces mientras { $version } leía sus primeras fotos, así que vuelve a responder { $serving }. Mira el log antes de volver a activar esa versión.
networks-damaged = Dañado en el paquete instalado: { $names }. Por ahora responde { $serving }; vuelve a instalar digitbot para que las fotos se lean tan bien como antes.
broke = Por un error no pude responder a alguien, y así se lo dije. El error está en el log con este ID.
broke-because = Por un error no pude responder a alguien, y así se lo dije. { $reason } El error está en el log con este ID.
task-failed = Una tarea en segundo plano falló y vuelve a empezar: { $name }. El log dice por qué.
update-due = { $count ->
    [one] Hay { $count } corrección nueva con la que el modelo activo no se ha entrenado: /retrain entrena con ella.
   *[other] Hay { $count } correcciones nuevas con las que el modelo activo no se ha entrenado: /retrain entrena con ellas.
}
base-waiting = Esta versión de digitbot trae un nuevo modelo base, { $base }; todavía responde { $active }, que se entrenó a partir de uno anterior. /retrain entrena el nuevo con las correcciones, mide ambos y se queda con el mejor; /rollback vuelve atrás.
run-notice = { $state ->
    [promoted] El entrenamiento { $run } activó una nueva versión: { $version }.
    [refused] El entrenamiento { $run } produjo una versión que se rechazó: { $version }.
    [cancelled] El entrenamiento { $run } se canceló.
    [lost] El entrenamiento { $run } se perdió porque se cerró el proceso que lo llevaba a cabo.
   *[failed] El entrenamiento { $run } falló.
} /models muestra todas las versiones.
telegram-was-away = { $minutes ->
    [one] No pude conectar con Telegram durante { $minutes } minuto ({ $reason }).
   *[other] No pude conectar con Telegram durante { $minutes } minutos ({ $reason }).
} Ya estoy de vuelta y respondo a lo que se envió mientras tanto.

## Estadísticas y datos

photos-a-day = Fotos leídas por día
right-a-day = Dígitos comprobados por día: barra llena para los que leí bien, rayada para los demás
confused-digits = Lo que más leí mal, y lo que era
only-in-private = Eso solo lo respondo en un chat privado: aquí lo leerían todos.
open-private-chat = Abrir nuestro chat privado
no-samples = Todavía no hay muestras: nadie ha hecho una corrección que se pueda guardar.
no-data = No hay nada guardado sobre ti.
statistics-own = De ti guardo { $readings ->
    [one] { $readings } lectura
   *[other] { $readings } lecturas
} con { $digits ->
    [one] { $digits } dígito.
   *[other] { $digits } dígitos.
}
statistics-all = De { $people ->
    [one] { $people } persona
   *[other] { $people } personas
} guardo { $readings ->
    [one] { $readings } lectura
   *[other] { $readings } lecturas
} con { $digits ->
    [one] { $digits } dígito.
   *[other] { $digits } dígitos.
}
statistics-unlabelled = Ningún dígito se confirmó ni se corrigió.
statistics-labelled = De { $labelled ->
    [one] { $labelled } dígito confirmado o corregido
   *[other] { $labelled } dígitos confirmados o corregidos
}, leí bien { $right } ({ NUMBER($share, style: "percent", maximumFractionDigits: 0) }).
my-data = Todo lo que está guardado sobre ti: { $readings ->
    [one] { $readings } lectura
   *[other] { $readings } lecturas
}, { $corrections ->
    [one] { $corrections } corrección
   *[other] { $corrections } correcciones
}. /forget lo elimina.
exported = { $samples ->
    [one] { $samples } muestra
   *[other] { $samples } muestras
}: carpetas PNG, una tabla y archivos idx como los de MNIST.
too-large-to-send = Son { $megabytes } MB, y un bot puede enviar 50 MB como máximo (límite de Telegram). En el equipo del bot, <code>digitbot samples export DIR</code> escribe todas las muestras.

## Errores

network-trouble = La conexión con Telegram se cortó mientras respondía. Si no te llegó mi respuesta, envía tu mensaje otra vez, por favor.
download-failed = No pude descargar la imagen de Telegram. Envíala otra vez, por favor.
not-stored = Ahora mismo no puedo escribir en la base de datos, así que esta lectura no se podrá corregir más tarde.
no-database = Ahora mismo no puedo usar la base de datos, así que no se cambió nada. Inténtalo más tarde, por favor.
database-trouble = { no-database } El propietario encontrará más detalles en el log con <code>{ $id }</code>.
error = Algo falló por mi parte; no se perdió nada tuyo. Inténtalo otra vez, por favor; si vuelve a ocurrir, indícale al propietario <code>{ $id }</code>.
photo-empty = Este archivo está vacío. Envía la imagen otra vez.
photo-too-large = Este archivo supera los { $megabytes } MB. Envíalo como foto o hazlo más pequeño.
photo-not-an-image = No es una imagen que pueda abrir. Envía una foto, o un archivo JPEG, PNG, WebP, HEIC, TIFF, BMP o GIF.
photo-truncated = Esta imagen está dañada o incompleta. Envíala otra vez.
photo-too-many-pixels = Esta imagen tiene demasiados píxeles. Envíala como foto o hazla más pequeña.
photo-too-long = Un lado de esta imagen supera los { $side } píxeles. Recórtala.
photo-too-costly = Leer esta imagen lleva demasiado tiempo. Recórtala o envíala como foto.
photo-deadly = Dejé de funcionar dos veces al leer esta imagen, así que la dejo a un lado. Envía otra.
