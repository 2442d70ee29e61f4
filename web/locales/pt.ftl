# Todas as páginas
page-title = { $page } – { $app }
problem-title = Problema: { $title }
skip = Ir para o conteúdo
test-band = Sistema de teste com chaves de teste. Não use um número de telefone real.
kept-by = Seu número fica com a Ringfence, separado de { $app }.
language = Idioma
why-link = Por que me perguntam?
summary = { $n ->
    [one] Uma coisa para corrigir
   *[other] { $n } coisas para corrigir
}
summary-wait = Isso precisa esperar
sending = Enviando…
copy = Copiar
copied = Copiado
date-time = { $day } { $month ->
    [1] jan.
    [2] fev.
    [3] mar.
    [4] abr.
    [5] mai.
    [6] jun.
    [7] jul.
    [8] ago.
    [9] set.
    [10] out.
    [11] nov.
   *[12] dez.
} { $year }, { $time }
other-ways = Outras formas
start-again = Começar de novo
try-again = Tentar de novo
go-start = Ir para o início
reference = Referência

# O número
signup-title = Qual é o seu número de telefone?
signup-lead = Usamos o número para enviar um código e evitar contas falsas. Depois ele é selado: nossa IA nunca o vê, e ninguém da equipe consegue abri-lo sozinho.
meaning-link = O que isso quer dizer
login-title = Entrar com seu número de telefone
login-lead = Enviamos um código ao número da sua conta. Ninguém em { $app } o lê no caminho.
to-login = Já tenho uma conta
to-signup = Ainda não tenho conta
country = País
country-choose = Escolha um país
country-none = Internacional
number = Número de telefone
number-hint = Em qualquer formato. Celular ou fixo.
channel = Como o código deve chegar até você?
text-me = Por SMS
call-me = Por ligação
send-code = Enviar código
sealed-line = Selado no seu navegador antes de ser enviado.
unsealed-line = Sem scripts, seu número passa por um momento pelo nosso servidor web a caminho do cofre. Ele não fica guardado ali.
sealing-failed = Seu navegador não conseguiu selar o número. Aperte de novo para enviá-lo pelo nosso servidor web, que não o guarda.
carrier-line = Sua operadora pode ver que enviamos uma mensagem. A tarifa normal pode ser cobrada.
no-phone = Usar algo que não seja telefone
meaning-title = O que acontece com seu número
meaning-vault = Ele vai para um cofre separado. { $app } e sua IA recebem no lugar um nome aleatório.
meaning-use = Ele serve para os códigos que você pede, e para ver que uma pessoa não abre muitas contas.
meaning-log = Cada uso é escrito em um registro antes de acontecer.
meaning-limit = Onde isso termina: quem controla a máquina do cofre, sua operadora e ordens legais.
why-title = Por que me perguntam?
why-text = { $app } pede um número para evitar contas falsas. Abrir muitas contas custa então muitos números.

# O que há de errado
error-number-empty = Digite seu número de telefone
error-number-short = Este número é curto demais para { $country }. Confira o número ou mude o país.
error-number-long = Este número é longo demais para { $country }. Confira o número ou mude o país.
error-number-short-any = Este número é curto demais. Confira o número e o país.
error-number-long-any = Este número é longo demais. Confira o número e o país.
error-number-shape = Isto não é um número de telefone. Use algarismos, com + e o código do país se você souber.
error-number-unknown = Não há número assim em uso. Confira os algarismos e o país.
error-number-extension = Não conseguimos chegar a um ramal. Use um número em que você atende diretamente.
error-number-service = Este é um número de emergência ou de serviço. Use um número seu.
error-country-missing = Escolha o país deste número, ou comece com + e o código do país.
error-country-refused = { $app } ainda não envia códigos para este país. Use um número de outro país.
error-line-refused = Não podemos usar aqui números deste tipo. Use outro número.
error-no-text = Não podemos enviar SMS a números deste tipo. Escolha “Por ligação”.
error-no-call = Não podemos ligar para números deste tipo. Escolha “Por SMS”.
error-no-channel = Nem SMS nem ligações chegam a números deste tipo. Use outro número.
error-limit-at = Poderemos enviar de novo a este número às { $time }.
error-limit = Por enquanto não podemos enviar a este número. Use outro, ou volte amanhã.
error-sandbox = Este sistema de teste só aceita seus próprios números de teste.
error-seal = O selo era antigo demais para ser aberto. Nada foi enviado. Envie de novo.
error-key = Esta página ficou aberta tempo demais. Nada foi enviado. Envie de novo.

# O código
code-title = Digite o código que enviamos
code-over-title = Este código não vale mais
code-to-typed = { $channel ->
    [voice] Por ligação para { $number }, { $country }.
   *[sms] Por SMS para { $number }, { $country }.
}
code-to = { $channel ->
    [voice] Por ligação para o número que você acabou de dar ({ $country }, { $line }).
   *[sms] Por SMS para o número que você acabou de dar ({ $country }, { $line }).
}
code-login = Se este número tem uma conta, um código está a caminho.
change-number = Mudar número
code-label = Código de { $n } algarismos
code-hint = Vale até { $time }. Digite-o só nesta página e não o diga a ninguém.
continue = Continuar
no-code = O código ainda não chegou?
text-again = Outro SMS
text-again-at = Outro SMS às { $time }
call-instead = Prefiro uma ligação
call-instead-at = Prefiro uma ligação às { $time }
sent-again = { $channel ->
    [voice] Estamos ligando agora com o código.
   *[sms] Enviamos o código de novo, por SMS.
}
text-now = Você já pode pedir outro SMS.
call-now = Você já pode pedir uma ligação.
error-code-empty = Digite o código
error-code-shape = O código tem { $n } algarismos. Confira; nenhuma tentativa foi contada.
error-code-wrong = { $n ->
    [one] Este código não confere. Use a mensagem mais recente. Resta { $n } tentativa.
   *[other] Este código não confere. Use a mensagem mais recente. Restam { $n } tentativas.
}
error-code-expired = Este código terminou às { $time }. Peça um novo.
error-code-locked-at = Tentativas demais. Você pode recomeçar às { $time }, ou usar outra forma.
error-code-locked = Tentativas demais. Este código não vale mais. Envie um novo, ou use outra forma.
error-sim-changed = O código está certo, mas o cartão SIM deste número foi trocado há pouco. Até { $time } um código sozinho não basta.
error-sim-changed-device = O código está certo, mas o cartão SIM deste número foi trocado há pouco. Até { $time } um código sozinho não basta. Use um aparelho que você já usou.
error-no-sim-signal = O código está certo, mas a operadora deste número não responde. Tente o mesmo código de novo daqui a pouco.
error-too-soon = Poderemos enviar de novo às { $time }. A primeira mensagem ainda pode chegar.
send-new = Enviar um código novo

# Outras formas
ways-title = Como o código deve chegar até você?
ways-now = { $way } – agora
ways-at = { $way } – às { $time }
ways-text-hint = Um SMS com o código.
ways-call-hint = Uma ligação que fala o código, um algarismo por vez.
ways-closed = Não é possível aqui
ways-no-text-line = SMS: a operadora não os entrega neste tipo de linha.
ways-no-call-line = Ligação: este tipo de linha não as recebe.
ways-not-offered-text = SMS: { $app } não oferece.
ways-not-offered-call = Ligação: { $app } não oferece.
ways-limit-text = SMS: por enquanto não há mais para este número.
ways-limit-call = Ligação: por enquanto não há mais para este número.
ways-without-phone = Chave de acesso, e-mail, ou uma pessoa que responda por você: { $app } ainda não oferece.
ways-none-at = Todas as formas rápidas estão fechadas até { $time }. Você pode sair desta página; nada se perde.
ways-none = Todas as formas rápidas estão fechadas por enquanto. Você pode sair desta página; nada se perde.
ways-choose = Escolha como o código deve chegar até você
back = Voltar

# Depois do código
done-title = Seu número está provado e selado
done-lead = { $app } agora conhece você por um nome aleatório, e não pelo número.
login-done-title = Você entrou na sua conta
signed-in-title = Neste navegador
signed-in-here = Você entrou aqui. Isso termina após { $n } minutos sem uso.
log-out = Sair
signed-out-title = Você saiu da sua conta
logged-out-text = Este navegador não abre mais sua conta. Seu número continua selado.
ended-text = Uma sessão termina após { $n } minutos sem uso. Bloquear a conta também a encerra, e { $app } pode fazer isso.
sign-in = Entrar
done-told = O que foi dito a { $app }
name = Seu nome aqui
line = Tipo de linha
since = Provado
line-mobile = celular
line-fixed = fixo
line-either = celular ou fixo
line-voip = telefone pela internet
line-other = outra linha
done-continue = Continuar para { $app }
done-close = Você pode fechar esta página.
done-sides = Ver os dois lados
known-title = Este número já tem uma conta aqui
known-lead = Você provou que este número chega até você. Qual é o seu caso?
known-signin = Entrar nela
known-signin-text = A conta é sua. Ela fica como está.
known-reclaim = Tenho este número há pouco tempo
known-reclaim-text = Você recebe uma conta nova. A antiga perde este número de vez.
known-recent = A conta antiga usou este número há muito pouco tempo. Você pode dizer isso de novo a partir de { $time }.
none-title = Nenhuma conta tem este número
none-text = Você provou que este número chega até você. Ele ainda não tem conta.
none-signup = Criar conta
banned-title = Este número não pode abrir contas aqui
banned-text = Abre de novo em { $time }. Outro número serve desde já.
frozen-title = Esta conta está bloqueada
frozen-text = Nada é aberto nem enviado até ser desbloqueada. Pergunte a { $app } como fazer isso.

# Quando algo atrapalha
missing-title = Não há página aqui
missing-text = Confira o endereço, ou vá para o início.
foreign-title = Este formulário não veio da nossa página
foreign-text = Nada foi feito. Abra a página de novo e envie de lá.
method-title = Esta página não se usa assim
method-text = Volte à página anterior, ou ao início.
unread-title = Não foi possível ler este formulário
unread-text = Nada foi feito. Volte e envie de novo.
busy-title = Tentativas demais a partir daqui
busy-text = Abre de novo às { $time }.
failed-title = Algo falhou do nosso lado
failed-text = Tente de novo em um minuto. Uma segunda tentativa não envia outro SMS por engano.
away-title = Agora não podemos enviar nem abrir nada
away-text = Nada se perde. Tente de novo em um minuto.
lost-title = Falta a esta página o passo anterior
lost-text = Nada espera um código neste navegador. Comece de novo e deixe esta página guardar um cookie até o fim.

# A demonstração
demo-title = A ideia inteira em dois minutos
demo-what = Uma pessoa comprova seu número de telefone para { $app }. O Ringfence o sela em um cofre: { $app } e sua IA nunca o veem.
demo-lead = Tudo aqui roda nesta máquina. Nenhum SMS sai dela.
demo-person = Cadastre-se como uma pessoa
demo-person-text = Use este número. Ele é reservado para ficção; nenhum telefone o tem.
demo-person-go = Cadastrar-se
demo-phone = Leia o código no telefone de mentira
demo-phone-text = O SMS chega ao simulador, em outra aba.
demo-phone-go = Abrir o telefone
demo-record = Veja o que foi escrito
demo-record-text = Lado a lado: o que o produto sabe e o que o cofre guarda.
demo-record-go = Comparar os dois lados
demo-done = Feito
demo-starting = Iniciando…
demo-down = Não está rodando. Veja o terminal.
demo-curl = O mesmo em um terminal
demo-also = Também nesta máquina
demo-stop = Pare com Ctrl‑C. Recomece do zero com { $flag }.
sides-title = Uma conta, dois lados
sides-lead = Primeiro: tudo o que { $app } tem sobre você. Depois: o que o cofre guarda. O número não está em nenhum lado.
sides-front = O que { $app } sabe
sides-no-number = Não está aqui
sides-vault = O que o cofre guarda
sides-vault-text = Estes bytes não dizem nada sem chaves que ficam no cofre. Neste sistema de teste são chaves de teste.
sides-ciphertext = Número selado
sides-commitment = Compromisso com sua chave
sides-wrap = Chave, embrulhada para { $class }
sides-tag = Marca de índice
sides-hash = Hash da ficha, como no registro
sides-leaf = Entrada do registro { $n }
sides-bytes = { $n ->
    [one] { $n } byte
   *[other] { $n } bytes
}
sides-none-title = Ainda não há o que comparar
sides-none-text = Cadastre-se primeiro. Depois esta página mostra os dois lados dessa conta.
