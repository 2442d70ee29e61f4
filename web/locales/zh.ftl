# 每个页面
page-title = { $page } – { $app }
problem-title = 问题：{ $title }
skip = 跳到正文
test-band = 这是使用测试密钥的测试系统。请勿输入真实电话号码。
kept-by = 您的号码由 Ringfence 保管，与 { $app } 分开。
language = 语言
why-link = 为什么要问我？
summary = { $n ->
   *[other] 有 { $n } 处需要修改
}
summary-wait = 这需要等一等
sending = 正在发送…
copy = 复制
copied = 已复制
date-time = { $year }年{ $month ->
    [1] 1
    [2] 2
    [3] 3
    [4] 4
    [5] 5
    [6] 6
    [7] 7
    [8] 8
    [9] 9
    [10] 10
    [11] 11
   *[12] 12
}月{ $day }日 { $time }
other-ways = 其他方式
start-again = 重新开始
try-again = 再试一次
go-start = 回到开始页
reference = 编号

# 号码
signup-title = 您的电话号码是多少？
signup-lead = 我们用它发送一个验证码，并阻止虚假账号。之后号码会被封存：我们的 AI 永远看不到它，任何员工都不能独自打开它。
meaning-link = 这是什么意思
login-title = 用电话号码登录
login-lead = 我们会向您账号的号码发送验证码。途中 { $app } 没有人能读到它。
to-login = 我已有账号
to-signup = 我还没有账号
country = 国家或地区
country-choose = 选择国家或地区
country-none = 国际号码
number = 电话号码
number-hint = 任何格式都可以。手机或固定电话。
channel = 验证码怎样送到您那里？
text-me = 发短信
call-me = 打电话
send-code = 发送验证码
sealed-line = 发送之前已在您的浏览器中封存。
unsealed-line = 没有脚本时，您的号码在前往保险库途中会短暂经过我们的网页服务器，但不会留在那里。
sealing-failed = 您的浏览器无法封存号码。再按一次，它将经过我们的网页服务器发送，但不会留在那里。
carrier-line = 您的电话公司能看到我们给您发了短信。可能会收取通常的费用。
no-phone = 不用电话，用别的方式
meaning-title = 您的号码会怎样
meaning-vault = 它进入单独的保险库。{ $app } 和它的 AI 得到的只是一个随机名称。
meaning-use = 它用于您要求的验证码，并防止一个人开很多账号。
meaning-log = 每次使用都会先写入日志，然后才发生。
meaning-limit = 这种保护的边界：控制保险库机器的人、您的电话公司，以及合法的命令。
why-title = 为什么要问我？
why-text = { $app } 询问号码是为了阻止虚假账号。这样，开很多账号就需要很多号码。

# 号码有什么不对
error-number-empty = 输入您的电话号码
error-number-short = 这个号码对{ $country }来说太短。检查号码，或更改国家或地区。
error-number-long = 这个号码对{ $country }来说太长。检查号码，或更改国家或地区。
error-number-short-any = 这个号码太短。检查号码以及国家或地区。
error-number-long-any = 这个号码太长。检查号码以及国家或地区。
error-number-shape = 这不是电话号码。请用数字；知道国家代码的话，在前面加 + 和代码。
error-number-unknown = 没有这样的号码在使用。检查数字以及国家或地区。
error-number-extension = 我们无法拨到分机。请用能直接找到您的号码。
error-number-service = 这是紧急号码或服务号码。请用您自己的号码。
error-country-missing = 选择这个号码的国家或地区，或以 + 和国家代码开头。
error-country-refused = { $app } 还不能向这个国家或地区发送验证码。请用其他国家或地区的号码。
error-line-refused = 这里不能使用这类号码。请用另一个号码。
error-no-text = 我们无法给这类号码发短信。选择“打电话”。
error-no-call = 我们无法给这类号码打电话。选择“发短信”。
error-no-channel = 短信和电话都到不了这类号码。请用另一个号码。
error-limit-at = { $time } 可以再次向这个号码发送。
error-limit = 暂时不能向这个号码发送。请用另一个号码，或明天再来。
error-sandbox = 这个测试系统只接受它自己的测试号码。
error-seal = 封存的号码太旧，无法打开。什么都没有发送。请再发送一次。
error-key = 这个页面打开太久了。什么都没有发送。请再发送一次。

# 验证码
code-title = 输入我们发送的验证码
code-over-title = 这个验证码已失效
code-to-typed = { $channel ->
    [voice] 已打电话到 { $number }，{ $country }。
   *[sms] 已发短信到 { $number }，{ $country }。
}
code-to = { $channel ->
    [voice] 已打电话到您刚才给出的号码（{ $country }，{ $line }）。
   *[sms] 已发短信到您刚才给出的号码（{ $country }，{ $line }）。
}
code-login = 如果这个号码有账号，验证码已在路上。
change-number = 更改号码
code-label = { $n } 位验证码
code-hint = { $time } 前有效。只在这个页面输入，不要告诉任何人。
continue = 继续
no-code = 还没收到验证码？
text-again = 再发短信
text-again-at = { $time } 可再发短信
call-instead = 改为打电话
call-instead-at = { $time } 可改为打电话
sent-again = { $channel ->
    [voice] 我们正在打电话告诉您验证码。
   *[sms] 我们已再次用短信发送验证码。
}
text-now = 现在可以再要一条短信。
call-now = 现在可以要求打电话。
error-code-empty = 输入验证码
error-code-shape = 验证码有 { $n } 位数字。请检查；这次不计入次数。
error-code-wrong = { $n ->
   *[other] 验证码不对。请用最新的消息。还可以试 { $n } 次。
}
error-code-expired = 这个验证码已在 { $time } 失效。请要一个新的。
error-code-locked-at = 尝试次数太多。{ $time } 可以重新开始，或用其他方式。
error-code-locked = 尝试次数太多。这个验证码已失效。请发送新的，或用其他方式。
error-sim-changed = 验证码正确，但这个号码的 SIM 卡最近更换过。在 { $time } 之前，只有验证码是不够的。
error-sim-changed-device = 验证码正确，但这个号码的 SIM 卡最近更换过。在 { $time } 之前，只有验证码是不够的。请用您以前用过的设备。
error-no-sim-signal = 验证码正确，但这个号码的运营商没有答复。请稍后再输入同一个验证码。
error-too-soon = { $time } 可以再次发送。第一条消息可能还会到。
send-new = 发送新的验证码

# 其他方式
ways-title = 验证码怎样送到您那里？
ways-now = { $way } – 现在
ways-at = { $way } – { $time }
ways-text-hint = 一条带有验证码的短信。
ways-call-hint = 一个电话，逐位读出验证码。
ways-closed = 这里不能用
ways-no-text-line = 短信：电话公司不向这类线路投递。
ways-no-call-line = 电话：这类线路不能接听。
ways-not-offered-text = 短信：{ $app } 不提供。
ways-not-offered-call = 电话：{ $app } 不提供。
ways-limit-text = 短信：暂时不能再向这个号码发送。
ways-limit-call = 电话：暂时不能再打这个号码。
ways-without-phone = 通行密钥、电子邮件，或由他人为您担保：{ $app } 还不提供。
ways-none-at = 所有快捷方式在 { $time } 之前都已关闭。您可以离开这个页面，什么都不会丢失。
ways-none = 所有快捷方式暂时都已关闭。您可以离开这个页面，什么都不会丢失。
ways-choose = 选择验证码怎样送到您那里
back = 返回

# 验证之后
done-title = 您的号码已证明并封存
done-lead = { $app } 现在只知道您的随机名称，不知道您的号码。
login-done-title = 您已登录
signed-in-title = 在这个浏览器中
signed-in-here = 您已在此登录。{ $n } 分钟不使用后，登录即结束。
log-out = 退出登录
signed-out-title = 您已退出登录
logged-out-text = 这个浏览器不再能打开您的账号。您的号码仍然封存。
ended-text = { $n } 分钟不使用，登录就会结束。账号锁定时也会结束，{ $app } 也可以结束它。
sign-in = 登录
done-told = { $app } 得知的内容
name = 您在这里的名称
line = 线路类型
since = 证明时间
line-mobile = 手机
line-fixed = 固定电话
line-either = 手机或固定电话
line-voip = 网络电话
line-other = 其他线路
done-continue = 继续前往 { $app }
done-close = 您可以关闭这个页面。
done-sides = 查看两边
known-title = 这个号码在这里已有账号
known-lead = 您已证明这个号码能联系到您。哪一种符合您的情况？
known-signin = 登录这个账号
known-signin-text = 账号是您的。一切保持原样。
known-reclaim = 我最近才得到这个号码
known-reclaim-text = 您会得到新账号。旧账号将永远失去这个号码。
known-recent = 旧账号不久前还用过这个号码。{ $time } 之后可以再次说明。
none-title = 没有账号使用这个号码
none-text = 您已证明这个号码能联系到您。它还没有账号。
none-signup = 注册
banned-title = 这个号码不能在这里开账号
banned-text = { $time } 重新开放。其他号码现在就可以用。
frozen-title = 这个账号已锁定
frozen-text = 解锁之前，什么都不会打开或发送。请向 { $app } 询问如何解锁。

# 遇到阻碍时
missing-title = 这里没有页面
missing-text = 检查地址，或回到开始页。
foreign-title = 这个表单不是从我们的页面发出的
foreign-text = 什么都没有做。请重新打开页面，从那里发送。
method-title = 这个页面不能这样使用
method-text = 回到上一页，或开始页。
unread-title = 无法读取这个表单
unread-text = 什么都没有做。请返回并再发送一次。
busy-title = 从这里尝试的次数太多
busy-text = { $time } 重新开放。
failed-title = 我们这边出了故障
failed-text = 一分钟后再试。再试一次不会误发第二条短信。
away-title = 我们现在不能发送或打开任何东西
away-text = 什么都没有丢失。一分钟后再试。
lost-title = 这个页面缺少前一步
lost-text = 这个浏览器里没有等待验证码的步骤。请重新开始，并在完成之前允许这个页面保留一个 Cookie。

# 演示
demo-title = 两分钟看懂整个想法
demo-what = 一个人向 { $app } 证明自己的电话号码。Ringfence 把它封存在保险库里：{ $app } 和它的 AI 从不会看到。
demo-lead = 一切都在这台机器上运行。没有短信离开它。
demo-person = 以个人身份注册
demo-person-text = 用这个号码。它专为虚构而保留，没有电话使用它。
demo-person-go = 注册
demo-phone = 在模拟电话上看验证码
demo-phone-text = 短信会到达模拟器，在新标签页打开。
demo-phone-go = 打开电话
demo-record = 看看写下了什么
demo-record-text = 并排显示：产品知道什么，保险库存了什么。
demo-record-go = 比较两边
demo-done = 已完成
demo-starting = 正在启动…
demo-down = 没有运行。请看终端。
demo-curl = 在终端里做同样的事
demo-also = 这台机器上还有
demo-stop = 用 Ctrl‑C 停止。用 { $flag } 从头开始。
sides-title = 一个账号，两边
sides-lead = 先是 { $app } 拥有的关于您的全部内容，然后是保险库存储的内容。两边都没有号码。
sides-front = { $app } 知道什么
sides-no-number = 不在这里
sides-vault = 保险库存了什么
sides-vault-text = 没有留在保险库里的密钥，这些字节毫无意义。在这个测试系统里，密钥是测试密钥。
sides-ciphertext = 封存的号码
sides-commitment = 对其密钥的承诺
sides-wrap = 密钥，为 { $class } 封装
sides-tag = 索引标签
sides-hash = 记录哈希，与日志中相同
sides-leaf = 日志条目 { $n }
sides-bytes = { $n ->
   *[other] { $n } 字节
}
sides-none-title = 还没有可比较的内容
sides-none-text = 请先注册。之后这个页面会显示该账号的两边。
