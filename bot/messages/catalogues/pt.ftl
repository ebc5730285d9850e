# Português (você, uso brasileiro), traduzido de en.ftl; lá está explicado o que significam os valores.

language-name = Português

## Botões: texto simples, o mais curto possível.

right = Correto
yes = Sim
all-right = Tudo certo
another-digit = É outro dígito
show-input = O que você viu
not-a-digit = Não é um dígito
back = Voltar
consent-yes = Sim, guarde para aprender
consent-no = Não, só corrija a resposta
forget-yes = Sim, apagar tudo
forget-no = Não, manter
cancel = Cancelar
as-read = É { $digits }
as-read-none = Não há nenhum dígito
make-active = Ativar { $name }
approve = Aprovar { $place }
reject = Rejeitar { $place }
approve-all = Aprovar todos ({ $count })
reject-all = Rejeitar todos ({ $count })
language-automatic = Como no Telegram

## Menu de comandos e perfil do bot: texto simples, um comando com no máximo 60 caracteres, short-description 120,
## description 512.

command-start = O que eu faço
command-help = Dicas para eu ler melhor
command-correct = Corrigir: /correct 427
command-read = Em resposta: ler a imagem
command-undo = Desfazer a última correção
command-cancel = Cancelar a ação em curso
command-stats = O quanto eu acerto
command-mydata = Enviar todos os seus dados
command-privacy = O que guardo e até quando
command-forget = Apagar tudo o que é seu
command-language = Escolher o idioma
command-id = Mostrar seu ID do Telegram
command-review = Revisar os rótulos
command-retrain = Treinar com as correções
command-models = Todas as versões do modelo
command-rollback = Voltar ao modelo anterior
command-export = Enviar todas as amostras
command-health = Verificar esta instalação
short-description = Envie uma foto com dígitos escritos à mão: eu leio e aprendo com as correções.
description =
    Eu leio dígitos escritos à mão em fotos. Envie uma: um dígito, um número ou uma página com várias linhas. Se eu errar, toque no dígito para corrigir. As fotos não são guardadas; /privacy explica o resto.

## Ajuda

start =
    Envie uma foto com dígitos escritos à mão e eu leio.
    Se algum estiver errado, toque nele ou responda <code>/correct 427</code>.
    Não guardo fotos. Guardo correções para aprender só se você concordar: /privacy
    Em /help explico como tirar uma boa foto.
help =
    <b>Envie</b> uma foto ou uma imagem como arquivo: um dígito, um número ou várias linhas.
    <b>O que ajuda:</b> caneta escura, papel liso, luz uniforme, foto de perto.
    <b>Para corrigir:</b> toque em um dígito ou responda <code>427</code> ou <code>/correct 427</code>; se não for uma resposta, /correct vale para a sua última leitura. Também funciona como legenda de uma foto.
start-in-group =
    Em um grupo, só respondo quando falam comigo:
    · responda <code>/read{ $name }</code> a uma foto,
    · ou me mencione na legenda da foto: <code>{ $name }</code>,
    · ou responda a uma leitura minha: <code>427</code> corrige.
    Quem pediu uma leitura pode corrigi-la, e os admins do grupo também.
help-commands = <b>Comandos</b>
language-question = Em que idioma devo escrever?
language-chosen = Agora escrevo em português.

## Respostas a uma foto

nothing-found =
    Não vejo nenhum dígito nesta imagem.
    O que ajuda: caneta escura em papel liso, luz uniforme e chegar mais perto.
is-this-digit = Não sei ao certo se há um dígito aqui. Isto é um <b>{ $digits }</b>?
is-this-number = Não sei ao certo se isto são dígitos. É <b>{ $digits }</b>? Toque em um dígito para corrigir.
percent = { $number }%
one = <b><code>{ $label }</code></b> · { percent } de certeza
one-unsure = Pode ser um <code>{ $first }</code> ou um <code>{ $second }</code>. Qual deles?
unread-marks = { $unread ->
    [1] um traço
    [2] dois traços
    [3] três traços
    [4] quatro traços
    [5] cinco traços
    [6] seis traços
    [7] sete traços
    [8] oito traços
    [9] nove traços
    [one] { $unread } traço
   *[other] { $unread } traços
}
one-unsure-unread = Ao lado há { unread-marks } que não consegui ler (moldura vermelha pontilhada).
several = Li <b>{ $digits }</b>
several-unsure = Li <b>{ $digits }</b>, mas tenho dúvida sobre { $unsure }. Toque em um dígito para corrigir.
several-unsure-unread = Li <b>{ $digits }</b>. Há { unread-marks } que não consegui ler (moldura vermelha pontilhada), e tenho dúvida sobre { $unsure }. Toque em um dígito para corrigir.
unsure-digit = o { $position }º dígito (um { $first } ou um { $second }?)
unsure-more = { $unsure } e outros
unsure-all = todos os dígitos
left-out = { $count ->
    [1] Deixei um traço de fora, como você me ensinou: não é um dígito.
    [2] Deixei dois traços de fora, como você me ensinou: não são dígitos.
    [3] Deixei três traços de fora, como você me ensinou: não são dígitos.
    [one] Deixei { $count } traço de fora, como você me ensinou: não é um dígito.
   *[other] Deixei { $count } traços de fora, como você me ensinou: não são dígitos.
}
taught-one = Um <code>{ $label }</code>, como você me ensinou: sem as suas correções, eu leria um <code>{ $other }</code>.
taught-several = Li como você me ensinou: { $taught }.
taught-digit = o { $position }º dígito (senão seria um { $other })
taught-many = { $count ->
    [one] Li { $count } dígito como você me ensinou.
   *[other] Li { $count } dígitos como você me ensinou.
}
corrected = Corrigido: <b>{ $digits }</b>
corrected-to-none = Corrigido: não há nenhum dígito nesta imagem
corrected-before = (antes eu li { $before })
which-label = { $state ->
    [as-read] Lido como <code>{ $label }</code>: que dígito é?
    [none] Lido como <code>{ $label }</code>, marcado “não é um dígito”: que dígito é?
   *[corrected] Lido como <code>{ $label }</code>, corrigido para { $now }: que dígito é?
}
which-label-of = { $state ->
    [as-read] { $number }º dígito (lido como <code>{ $label }</code>): qual é?
    [none] { $number }º dígito (lido como <code>{ $label }</code>, marcado “não é um dígito”): qual é?
   *[corrected] { $number }º dígito (lido como <code>{ $label }</code>, corrigido para { $now }): qual é?
}
digit-images = Foi isto que eu vi, dígito por dígito. As barras mostram a probabilidade que dei a cada dígito de 0 a 9.
first-digit-images = Foi isto que eu vi: os primeiros { $shown } de { $total } dígitos. As barras mostram a probabilidade que dei a cada dígito de 0 a 9.
read-again = Olhei de novo: agora vejo { $count ->
    [one] { $count } dígito
   *[other] { $count } dígitos
}.
first-page = { $pages ->
    [one] Li a primeira de { $pages } página. Envie cada uma das outras como uma imagem separada.
   *[other] Li a primeira de { $pages } páginas. Envie cada uma das outras como uma imagem separada.
}
album = { $count ->
    [one] Resumo de { $count } imagem: { $outcomes }
   *[other] Resumo das { $count } imagens: { $outcomes }
}
album-not-read = não lida
album-no-digit = nenhum dígito
no-photo-rights = Não tenho permissão para enviar imagens aqui. Um admin deste grupo pode me dar essa permissão.
guest-usage = Me mencione em resposta a uma foto com dígitos escritos à mão e eu leio.
unsure-in-words = Talvez seja <b>{ $digits }</b>; não tenho certeza.
photos-wait = { $limit ->
    [one] Leio no máximo { $limit } foto por minuto de cada pessoa. As outras esperam: vou ler nos próximos minutos.
   *[other] Leio no máximo { $limit } fotos por minuto de cada pessoa. As outras esperam: vou ler nos próximos minutos.
}
too-many-photos = { $limit ->
    [one] Leio no máximo { $limit } foto por minuto de cada pessoa, e já há muitas fotos suas na fila. Não vou ler esta nem as próximas: envie de novo mais tarde.
   *[other] Leio no máximo { $limit } fotos por minuto de cada pessoa, e já há muitas fotos suas na fila. Não vou ler esta nem as próximas: envie de novo mais tarde.
}

## Correções

lead-in-words = não, nao, nã, desculpa desculpe na verdade aliás alias melhor mas sim errado correto certo acho que é e eh era são sao seria isto isso este esse esta essa aqui aí ai ali está tá ta diz lê le lê-se deve deveria devia ser tem de o a um uma os número numero algarismo algarismos dígito digito dígitos digitos
trailing-words = por favor obrigado obrigada
thanks = Obrigado!
glad = Que bom!
correct-usage = Diga os dígitos, por exemplo <code>/correct 427</code>, em resposta à minha mensagem ou à sua foto. Se não for uma resposta, vale para a sua última leitura.
not-digits = <code>{ $given }</code> não tem só dígitos de 0 a 9. { correct-usage }
correction-done = Corrigido: { $digits }.
correction-done-none = Corrigido: não há nenhum dígito nesta imagem.
other-count = { $found ->
    [0] Não encontrei nenhum dígito e você indicou { $wanted }. Olhei de novo e não consegui encontrar { $wanted }.
    [one] Encontrei { $found } dígito e você indicou { $wanted }. Olhei de novo e não consegui encontrar { $wanted }.
   *[other] Encontrei { $found } dígitos e você indicou { $wanted }. Olhei de novo e não consegui encontrar { $wanted }.
} O que ajuda: dígitos que não se tocam, caneta escura e papel liso. Você também pode tocar no que está errado.
count-question = { $given ->
    [one] Você indicou { $given } dígito
   *[other] Você indicou { $given } dígitos
} e eu { $found ->
    [0] não vejo nenhum
    [one] vejo { $found }
   *[other] vejo { $found }
}: o que está certo?
reply-elsewhere = Você respondeu a uma mensagem que não está neste chat, então não sei de qual leitura está falando. Responda à minha mensagem aqui.
nothing-to-correct = Neste chat não tenho nenhuma leitura sua para corrigir. Primeiro envie uma foto.
foreign-reading = Esta leitura é de outra pessoa: só quem pediu e os admins do grupo podem corrigir.
reading-gone = { $days ->
    [one] Essa leitura não existe mais: as leituras são apagadas depois de { $days } dia. Envie a foto de novo.
   *[other] Essa leitura não existe mais: as leituras são apagadas depois de { $days } dias. Envie a foto de novo.
}
reading-deleted = Essa leitura não existe mais: foi apagada ou não pôde ser guardada. Envie a foto de novo.
reading-unknown = Não tenho nenhuma leitura para essa mensagem minha: ela não responde a uma foto, uma resposta mais nova tomou o lugar dela, ou a leitura foi apagada ou não foi guardada. Responda à foto ou envie-a de novo.
reading-missing = Não tenho nenhuma leitura desta imagem: ela não foi lida ou guardada, ou a leitura foi apagada. Envie de novo.
group-upgraded = Este grupo virou um supergrupo, e não consigo alterar as mensagens antigas dele. Em vez disso, envie /correct 427.
button-expired = Este botão expirou. Envie a foto de novo.
undone = Desfeito: a leitura voltou a ser { $digits }.
undone-none = Desfeito: a imagem voltou a ficar sem dígitos.
cancelled = Cancelado.
nothing-to-cancel = Não há nada para cancelar: nenhuma pergunta minha espera a sua resposta.
nothing-corrected = A leitura fica como está.
nothing-to-undo = Você não tem nenhuma correção para desfazer.

## Consentimento

consent-question =
    A resposta foi corrigida. Posso <b>guardar esta correção para aprender com ela</b>?
    Eu guardaria a pequena imagem do dígito (28x28 pixels) e o dígito que você indicou, com criptografia, até você enviar /forget. A foto, nunca.
    Isso vale também para as próximas correções e para as leituras que você marcar como corretas. Em /privacy você pode mudar de ideia.
consent-left-open = A resposta foi corrigida. Enquanto você não decidir outra coisa em /privacy, nada é guardado para aprender.
consent-given = Obrigado: guardo as suas correções para aprender com elas. Em /privacy explico como parar com isso.
consent-changed = <b>A minha pergunta mudou</b> desde que você concordou com ela em { DATETIME($day, dateStyle: "long") }. O que guardei até agora continua como você concordou na época; esta correção e as próximas só são guardadas se você concordar de novo. Se você responder que não, as duas coisas acabam.
consent-question-changed = A minha pergunta mudou desde que eu a fiz. Agora é esta:
consent-withdrawn = Consentimento retirado. { $samples ->
    [0] Nenhuma correção estava guardada para aprender.
    [one] { $samples } correção estava guardada para aprender e não será mais usada, nem o que ela mudou na leitura das suas fotos.
   *[other] { $samples } correções estavam guardadas para aprender e não serão mais usadas, nem o que elas mudaram na leitura das suas fotos.
} As correções de leituras ainda guardadas são apagadas junto com elas.
consent-withdrawn-models = { $models ->
    [one] { $models } modelo treinado com esses dados será treinado de novo sem eles.
   *[other] { $models } modelos treinados com esses dados serão treinados de novo sem eles.
}
consent-refused = Tudo bem: as suas correções só mudam a resposta e não são guardadas para aprender.

## Conta

privacy =
    <b>O que é guardado</b>
    · Fotos: nunca; são lidas na memória e descartadas.
    · Uma leitura (os dígitos, as imagens deles com 28x28 pixels, o seu ID e o seu nome no Telegram, o identificador da foto no Telegram): { $days ->
        [one] { $days } dia
       *[other] { $days } dias
    }, para que você possa corrigir.
    · Correções para aprender (imagem com 28x28 pixels e dígito certo): só com o seu consentimento e até você retirá-lo. { $consented ->
        [yes] Você deu o seu consentimento.
        [outdated] Você deu o seu consentimento a uma versão anterior da pergunta: as novas correções não são guardadas até você concordar de novo.
       *[no] Você não deu o seu consentimento.
    }
    · O que as suas correções mudam na leitura das suas fotos, e só das suas: enquanto essas correções existirem.
    · Uma mensagem que espera resposta: até ser respondida, no máximo um dia.
    · Backups de tudo isso, feitos na máquina do dono: { $days ->
        [one] { $days } dia
       *[other] { $days } dias
    }.
    Tudo é guardado com criptografia e só serve para ler dígitos. Os admins do bot veem as correções para aprender, sem nomes; ninguém mais vê nada.
    /mydata envia tudo o que está guardado sobre você.
    <b>Para acabar com isso:</b> /forget apaga tudo o que é seu; em resposta a uma foto ou à minha mensagem, apaga só aquela leitura. Com os botões abaixo você dá ou retira o consentimento e apaga amostras uma a uma.
delete-single = Apagar amostras uma a uma
older = Mais antigas
forget-reading-yes = Sim, apagar esta leitura
delete-one = Apagar { $place }
forget-reading-question = Apagar só esta leitura, as imagens dos dígitos dela e as suas correções? Isso não pode ser desfeito. Para apagar tudo o que é seu, envie /forget sem responder a uma mensagem.
already-deleted = Isso já foi apagado.
no-own-samples = Não guardo nenhuma amostra sua.
own-samples = { $total ->
    [one] A sua única amostra: o número dela e o que você indicou. Toque no número para apagar.
   *[other] { $shown } das suas { $total } amostras, as mais recentes primeiro: o número de cada uma e o que você indicou. Toque em um número para apagar essa amostra.
}
deleted-one = { $samples ->
    [0] Apagado.
    [one] Apagado.
   *[other] Apagado, com { $samples } amostras.
}
deleted-one-traces = { $samples ->
    [0] Apagado; os últimos vestígios saem do arquivo do banco de dados em até uma hora.
    [one] Apagado; os últimos vestígios saem do arquivo do banco de dados em até uma hora.
   *[other] Apagado, com { $samples } amostras; os últimos vestígios saem do arquivo do banco de dados em até uma hora.
}
forget-question = Apagar as suas leituras, as suas correções e tudo o que sei sobre você? Isso não pode ser desfeito.
deleted = Pronto: apaguei { $readings ->
    [0] { $readings } leituras
    [one] { $readings } leitura
   *[other] { $readings } leituras
} e { $corrections ->
    [0] { $corrections } correções
    [one] { $corrections } correção
   *[other] { $corrections } correções
}.
deleted-traces = É definitivo; os últimos vestígios saem do arquivo do banco de dados em até uma hora.
deleted-whole = Não resta mais nada seu.
deleted-models = { $count ->
    [one] { $count } modelo treinado com esses dados será treinado de novo.
   *[other] { $count } modelos treinados com esses dados serão treinados de novo.
}
nothing-deleted = Nada foi apagado.

no-person = Você escreve em nome de um grupo ou canal, então não sei quem você é. Para isso, escreva com o seu próprio nome, de preferência no nosso chat privado.
no-id = Você escreve em nome de um grupo ou canal: todos que fazem isso têm o mesmo ID, então não posso informar o seu. Envie /id com o seu próprio nome, de preferência no nosso chat privado.
cannot-forget = Você escreve em nome de um grupo ou canal, então não sei o que é seu, e nada foi apagado. As leituras para um grupo ou canal são apagadas, com as correções delas, depois de { $days ->
    [one] { $days } dia
   *[other] { $days } dias
}; nenhuma é guardada para aprender. Para apagar o que você enviou com o seu próprio nome, envie /forget com esse nome.
your-id = O seu ID do Telegram é <code>{ $id }</code>.
id-of-admin = Você é admin aqui.
id-of-user = O dono pode colocá-lo em DIGITBOT_ADMINS para que você seja admin.

## Mensagens que não são uma foto

text-hint = Envie uma foto com dígitos escritos à mão. Em /help explico mais.
unknown-command = Não conheço este comando. Em /help explico o que sei fazer.
unknown-command-like = Não conheço este comando. Você quis dizer /{ $name }?
not-a-still = Só leio imagens estáticas. Envie uma foto, ou uma imagem como arquivo.
no-sound = Não consigo ouvir áudio. Escreva os dígitos à mão e envie uma foto deles.
no-place = Não sei o que fazer com localizações, e não guardo esta. Envie uma foto com dígitos escritos à mão.
no-contact = Não sei o que fazer com contatos, e não guardo este. Envie uma foto com dígitos escritos à mão.
no-poll = Não participo de enquetes nem de listas. Envie uma foto com dígitos escritos à mão.
no-game = Eu não jogo. Envie uma foto com dígitos escritos à mão.
withheld = O Telegram não me deixa ver o que há aqui. Envie a própria imagem como foto.
caption-edited = Leio a legenda quando ela chega, então editar não muda nada. Para corrigir a minha leitura, responda <code>/correct { $digits }</code>.
not-allowed = Este bot é só para pessoas convidadas. Se você tem a palavra de convite, envie para mim.
access-given = Boas-vindas!
read-usage = Envie /read em resposta a uma imagem e eu leio.
group-admins-only = Esta leitura é do grupo, e não consigo ver se você é admin dele. Os admins anônimos sempre podem enviar /correct 427 em resposta.
not-your-button = Este botão não é para você.

## Treinamento, para admins

admins-only = Só admins podem fazer isso.
no-admins = Ainda não há nenhum admin. Se este bot é seu: /id mostra o seu ID; coloque-o em DIGITBOT_ADMINS e reinicie o bot.
nothing-new = Não há nada de novo para treinar: o modelo ativo já foi treinado com todas as correções que podem ser usadas.
nothing-approved = Não há nada para treinar: nenhuma correção foi aprovada ainda. Você pode fazer isso com /review.
cancelling = O treinamento está sendo cancelado.
run-over = Esse treinamento já terminou.
version-gone = Essa versão não está mais guardada.
no-version-before = Não há nenhuma versão anterior a esta.
run-goes-on = O treinamento { $run } continua: envie /cancel mais uma vez para cancelar.
run-in-progress = O treinamento { $run } está em andamento. Só pode haver um por vez: espere terminar ou cancele.
run-started = Iniciando o treinamento { $run }…
run-requested = O treinamento { $run } espera pelo processo de treinamento…
run-waiting = O treinamento { $run } espera pelo processo de treinamento desde { DATETIME($since, dateStyle: "medium", timeStyle: "short") } UTC. Inicie <code>digitbot trainer</code> ou cancele o treinamento.
run-from-new-base = Iniciando o treinamento { $run } a partir do novo modelo base { $base }…
trained-from-new-base = Treinado a partir do novo modelo base { $base }; a versão anterior fica guardada para /rollback.
run-progress = Treinamento { $run } · { $corrections ->
    [one] { $corrections } correção e dígitos de revisão
   *[other] { $corrections } correções e dígitos de revisão
} · { $bar } { percent } · cerca de { $seconds } s restantes
run-ended = O treinamento { $run } terminou sem modelo: { $reason }.
run-cancelled = O treinamento { $run } foi cancelado. O modelo ativo continua o mesmo.
run-lost = O treinamento { $run } se perdeu: o processo que o executava parou antes do fim. O modelo ativo continua o mesmo; /retrain inicia outro.
run-activated = Treinamento { $run }: <b>{ $version }</b> agora é a versão ativa
run-refused = Treinamento { $run }: <b>{ $version }</b> foi recusada. Motivo: { $refusals }
nothing-gained = nenhum ganho, o modelo atual continua
refused-size = { $bytes ->
    [one] o modelo tem { $bytes } byte com o arquivo .keras, e o limite é { $limit }
   *[other] o modelo tem { $bytes } bytes com o arquivo .keras, e o limite é { $limit }
}
refused-finite = só { $value } das saídas dele são números finitos
refused-validation = de { $n } dígitos de validação, ele acerta { $value }, e o mínimo exigido é { $limit }
gain = Em correções não usadas no treinamento, erros resolvidos: { $fixed } de { $misread }; erros novos: { $broken }.
doubtful-labels = { $count ->
    [one] { $count } rótulo parece errado e ficou de fora: /review mostra qual.
   *[other] { $count } rótulos parecem errados e ficaram de fora: /review mostra quais.
}
test-measured = Teste MNIST { $value } (n = { $n })
test-before-after = Teste MNIST: { $before } → { $after } (n = { $n })
validation-before-after = Dígitos de validação: { $before } → { $after } (n = { $n })
share = { NUMBER($share, style: "percent", minimumFractionDigits: 2, maximumFractionDigits: 2) }
figure-learning-curve = Curva de aprendizado
figure-epoch = época
figure-accuracy = acurácia, %
figure-training = dígitos de treinamento, distorcidos
figure-validation = dígitos de validação
figure-read-as = lido como
figure-true-digit = na verdade
figure-before = antes
figure-after = depois
figure-gained = Em correções não usadas no treinamento, erros resolvidos: { $fixed } de { $misread }; erros novos: { $broken }
trained-on = Treinado com { $count ->
    [one] { $count } correção
   *[other] { $count } correções
} em { $seconds } s.
without-mnist = O MNIST não estava disponível, então só a última camada foi treinada. { $reason }
version-active = ativa
version-stale = será treinada de novo: houve correções retiradas
now-active = Agora quem responde é <b>{ $name }</b>.
health-mend = <i>Solução:</i> { $mend }.

## Revisão de rótulos, para admins

nothing-to-review = Não há rótulos para revisar: não foi dado nenhum que possa ser guardado, ou todos já foram revisados.
sheet-reviewed = Esta folha já foi revisada. /review mostra a próxima, se houver.
review-sheet =
    { $shown } de { $waiting ->
        [one] { $waiting } rótulo
       *[other] { $waiting } rótulos
    } para revisar{ $doubtful ->
        [0] , os mais estranhos primeiro.
        [one] , os mais estranhos primeiro. { $doubtful } deles (moldura tracejada) fica fora do treinamento até você aprová-lo.
       *[other] , os mais estranhos primeiro. { $doubtful } deles (moldura tracejada) ficam fora do treinamento até você aprová-los.
    }
    Abaixo de cada dígito: o número dele, o que eu li, o rótulo que foi dado e o quanto isso é estranho. Toque em um número para aprovar ou rejeitar um só rótulo.
labels-approved = { $count ->
    [one] { $count } rótulo aprovado.
   *[other] { $count } rótulos aprovados.
}
labels-rejected = { $count ->
    [one] { $count } rótulo rejeitado.
   *[other] { $count } rótulos rejeitados.
}
labels-gone = Esses rótulos não existem mais.

## Avisos aos admins; nada neles é sobre alguém.

notice =
    { $text }
    <i>Aviso</i> <code>{ $id }</code>
notice-more =
    { $text }
    <i>Aviso</i> <code>{ $id }</code>, mais { $more } do mesmo tipo desde o último
skipped-versions = No registro de modelos há versões danificadas, que são ignoradas: { $names }. Quem responde é { $serving }. Mais detalhes com digitbot db check.
version-taken-back = O bot travou duas vezes enquanto { $version } lia as primeiras fotos, então { $serving } voltou a responder. Veja o log antes de ativar essa versão de novo.
networks-damaged = Danificado no pacote instalado: { $names }. Por enquanto quem responde é { $serving }; instale digitbot de novo para que as fotos sejam lidas tão bem como antes.
broke = Por causa de um erro, não consegui responder a alguém, e avisei a pessoa. O erro está no log com este ID.
broke-because = Por causa de um erro, não consegui responder a alguém, e avisei a pessoa. { $reason } O erro está no log com este ID.
task-failed = Uma tarefa em segundo plano falhou e começa de novo: { $name }. O log diz por quê.
update-due = { $count ->
    [one] Há { $count } correção nova com a qual o modelo ativo não foi treinado: /retrain treina com ela.
   *[other] Há { $count } correções novas com as quais o modelo ativo não foi treinado: /retrain treina com elas.
}
base-waiting = Esta versão do digitbot traz um novo modelo base, { $base }; por enquanto quem responde é { $active }, treinado a partir de um mais antigo. /retrain treina o novo com as correções, mede os dois e fica com o melhor; /rollback desfaz a troca.
run-notice = { $state ->
    [promoted] O treinamento { $run } ativou uma nova versão: { $version }.
    [refused] O treinamento { $run } gerou uma versão que foi recusada: { $version }.
    [cancelled] O treinamento { $run } foi cancelado.
    [lost] O treinamento { $run } se perdeu porque o processo que o executava parou.
   *[failed] O treinamento { $run } falhou.
} /models mostra todas as versões.
telegram-was-away = { $minutes ->
    [one] Não consegui acessar o Telegram por { $minutes } minuto ({ $reason }).
   *[other] Não consegui acessar o Telegram por { $minutes } minutos ({ $reason }).
} Estou de volta e respondo ao que foi enviado nesse meio-tempo.

## Estatísticas e dados

photos-a-day = Fotos lidas por dia
right-a-day = Dígitos conferidos por dia: barra cheia para os que eu li certo, hachurada para os outros
confused-digits = O que eu mais li errado, e o que era
only-in-private = Isso eu só respondo em um chat privado: aqui todos poderiam ler.
open-private-chat = Abrir o nosso chat privado
no-samples = Ainda não há amostras: ninguém fez uma correção que possa ser guardada.
no-data = Não há nada guardado sobre você.
statistics-own = Guardo { $readings ->
    [0] { $readings } leituras suas
    [one] { $readings } leitura sua
   *[other] { $readings } leituras suas
} com { $digits ->
    [0] { $digits } dígitos.
    [one] { $digits } dígito.
   *[other] { $digits } dígitos.
}
statistics-all = De { $people ->
    [one] { $people } pessoa
   *[other] { $people } pessoas
} guardo { $readings ->
    [0] { $readings } leituras
    [one] { $readings } leitura
   *[other] { $readings } leituras
} com { $digits ->
    [0] { $digits } dígitos.
    [one] { $digits } dígito.
   *[other] { $digits } dígitos.
}
statistics-unlabelled = Nenhum dígito foi confirmado ou corrigido.
statistics-labelled = De { $labelled ->
    [one] { $labelled } dígito confirmado ou corrigido
   *[other] { $labelled } dígitos confirmados ou corrigidos
}, eu li { $right } certo ({ NUMBER($share, style: "percent", maximumFractionDigits: 0) }).
my-data = Tudo o que está guardado sobre você: { $readings ->
    [0] { $readings } leituras
    [one] { $readings } leitura
   *[other] { $readings } leituras
}, { $corrections ->
    [0] { $corrections } correções
    [one] { $corrections } correção
   *[other] { $corrections } correções
}. /forget apaga tudo.
exported = { $samples ->
    [one] { $samples } amostra
   *[other] { $samples } amostras
}: pastas PNG, uma tabela e arquivos idx como os do MNIST.
too-large-to-send = São { $megabytes } MB, e um bot pode enviar no máximo 50 MB (limite do Telegram). Na máquina do bot, <code>digitbot samples export DIR</code> grava todas as amostras.

## Erros

network-trouble = A conexão com o Telegram caiu enquanto eu respondia. Se a minha resposta não chegou, envie a sua mensagem de novo, por favor.
download-failed = Não consegui baixar a imagem do Telegram. Envie de novo, por favor.
not-stored = No momento não consigo gravar no banco de dados, então esta leitura não poderá ser corrigida depois.
no-database = No momento não consigo usar o banco de dados, então nada foi alterado. Tente de novo mais tarde, por favor.
database-trouble = { no-database } O dono encontra mais detalhes no log com <code>{ $id }</code>.
error = Algo deu errado do meu lado; nada seu se perdeu. Tente de novo, por favor; se acontecer outra vez, informe ao dono <code>{ $id }</code>.
photo-empty = Este arquivo está vazio. Envie a imagem de novo.
photo-too-large = Este arquivo tem mais de { $megabytes } MB. Envie como foto ou diminua o tamanho.
photo-not-an-image = Isto não é uma imagem que eu consiga abrir. Envie uma foto, ou um arquivo JPEG, PNG, WebP, HEIC, TIFF, BMP ou GIF.
photo-truncated = Esta imagem está danificada ou incompleta. Envie de novo.
photo-too-many-pixels = Esta imagem tem pixels demais. Envie como foto ou diminua o tamanho.
photo-too-long = Um lado desta imagem tem mais de { $side } pixels. Recorte a imagem.
photo-too-costly = Esta imagem demora demais para ler. Recorte ou envie como foto.
photo-deadly = Travei duas vezes ao ler esta imagem, então vou deixá-la de lado. Envie outra.
