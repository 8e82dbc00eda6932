"""What machines say, in the languages in which they say it.  Words alone never decide: see ``machine``.

All patterns are without nested repetition, so that each takes time linear in what it looks at.
"""

import re

DAEMON = re.compile(
    r"(mailer[-_]?daemon|mail(er)?[-_.]?(delivery|system|subsystem)|mdaemon|autoanswer|"
    r"(microsoft)?exchange[\w-]*|symantec[\w-]*|mail-?guard|amavisd?)"
    r"([-+_=.][^@]*)?(@|$)",
    re.IGNORECASE,
)
DAEMON_NAME = re.compile(
    r"(internet )?mail(er)?[- ]?(delivery|daemon)( (sub)?system| service)?$|mail (sub)?system$|automated response from",
    re.IGNORECASE,
)
# a person may sit behind these
ROLE = re.compile(r"(postmaster|bounces?|mail-?admin|nobody|root|virus[\w-]*)([-+_=.\\][^@]*)?(@|$)", re.IGNORECASE)
ROLE_NAME = re.compile(r"(system|mail) administrator$|postmaster$", re.IGNORECASE)

PASSED_ON = re.compile(r"\s*(re|fwd?|antw|doorst|aw|wg|tr|rv|ref|sv|vs|vb|i|r|odp|pd)\s?:", re.IGNORECASE)

FAILED = re.compile(
    # English
    r"undeliver|returned[ _]mail|mail (system error|delivery|status|failure|error)|failed mail|nondeliverable|"
    r"non[ -]?(delivery|remis)|processing error|"
    r"delivery (status|failure|problem|report|notification|has failed|error|subsystem|warning|incomplete)|"
    r"failure (notice|delivery|notification)|delivery.{0,30}(fail|error|unsuccess)|"
    r"could ?(n.t| not) (be )?(deliver|send)|not? be(en)? delivered|"
    r"(message|mail) (could not|not|cannot|undeliverable|rejected)|permanent (fatal )?error|"
    r"return(ed|ing)? (mail|message|to sender)|unknown (user|address|recipient|e-?mail)|user unknown|"
    r"(address|recipient) (rejected|unknown|not found)|rejected( mail|:)|blocked|"
    r"mailbox (full|unavailable|quota)|quota exceeded|over quota|account (closed|disabled)|\bbounce|"
    # Dutch, German, the Nordic ones
    r"(nicht|niet) (zugestellt|zustellbar|bezorgd|afgeleverd|bezorgbaar|verzonden)|onbestelbaar|onbezorg|"
    r"(bezorging|aflevering|levering|verzending) (is )?(mislukt|niet)|(bezorg|aflever)fout|unzustellbar|"
    r"zustell(ung)?s?(fehler|problem|bericht)|zustellung (fehl|nicht)|fehlgeschlagen|fehler bei der|"
    r"(inte|ikke|ikkje) (levere|kunne)|olever|leverings?fe[ij]l|ei voitu toimittaa|toimit\w{0,20} epäonnist|"
    # French, Spanish, Italian, Portuguese
    r"[ée]chec|impossible de (remettre|distribuer)|non (distribu|d[ée]livr|recapit|consegn)|"
    r"pas [ée]t[ée] (remis|d[ée]livr|distribu)|no[nt]? (se |ha )?(podido )?(recibido|entreg)|devuelto|"
    r"(error|fallo) (de|en la) entrega|mancata consegna|(errore|impossibile).{0,20}(recapit|consegn|invi)|"
    r"n[ãa]o (foi )?entregue|falha (na|de) entrega|devolvid|"
    # Polish, Czech, Hungarian, Turkish, Russian, Chinese, Japanese
    r"niedor[ęe]cz|niedostarcz|nie (zosta\w{1,3} )?(dor[ęe]czon|dostarczon|uda[łl]o)|nedoru[čc]|nem k[ée]zbes|"
    r"(iletileme|teslim edileme)|не (может быть )?доставлен|недоставлен|ошибка доставки|не удалось доставить|"
    r"退信|退回|无法(投递|送达)|投递失败|配信(不能|でき|エラー)|配達(不能|でき)|送信でき",
    re.IGNORECASE,
)
DELAYED = re.compile(
    r"\bdelay|delivery (is )?(temporarily|deferred)|still (trying|being retried)|warning: (message|could)|"
    r"(not yet been|has been postponed)|continue to try|deferred|vertra+g|verz[öo]ger|retard[ée]|en attente|"
    r"(wordt|werd) (nog )?(opnieuw )?geprobeerd|задерж",
    re.IGNORECASE,
)
STATUS = re.compile(
    r"\b5\d\d[ -]#?5\.\d\.\d|\b#?5\.[0-7]\.\d{1,3}\b|(final-recipient|diagnostic-code)\s*:|\b55[0-4] |"
    r"user (is )?(unknown|not (known|found))|unknown user|no such (user|recipient|mailbox|address|domain)|"
    r"mailbox (is )?(full|unavailable|not found|disabled|does not)|invalid (mailbox|recipient|final delivery|address)|"
    r"(permanent|fatal) (fatal )?error|undeliverable|(could ?n.t|could not|cannot|can ?not) (be )?deliver|"
    r"quota exceeded|over quota|failed recipient|delivery problems|non-delivery report|unknown recipient|"
    r"not reach the following|returned because|intended recipient:|(domain|host) (does not exist|not found|unknown)|"
    r"bestaat niet|onbekende? (gebruiker|ontvanger|geadresseerde)|postvak (is |zit )?vol|mailbox (is |zit )?vol|"
    r"(niet|kon(den)?|kan) [^.]{0,60}(bezorgd|afgeleverd|bereikt|gevonden|bezorgen|afleveren)|"
    r"(was|were) (not|undeliver)[^.]{0,20}deliver|(not|un)(able|possible)? to (be )?deliver|"
    r"deliver(y|ed)? (failed|failure|to the following)|no longer (active|valid|available|in use|with)|"
    r"(address(es)?|recipients?) (failed|had (permanent|delivery)|rejected|unknown)|does(n't| not) exist|"
    r"account (is )?(inactive|disabled|closed)|mail box space|message was not accepted|"
    r"(konnte|kann|wurde)[^.]{0,80}nicht[^.]{0,40}(zugestellt|zustellen|gefunden)|nicht zustellbar|"
    r"(empf[äa]nger|benutzer|postfach) (ist )?(unbekannt|voll|nicht|existiert)|unbekannter (empf|benutzer)|"
    r"pas (pu [êe]tre|[ée]t[ée]|pu) (remis|d[ée]livr|distribu)|n.(a pas pu|existe pas)|"
    r"(destinataire|utilisateur) (inconnu|introuvable)|bo[îi]te (aux lettres |de r[ée]ception )?(est )?pleine|"
    r"no (se )?(ha )?(podido|pudo|pudieron) (ser )?(entreg|enviar)|(usuario|destinatario|buz[óo]n) (no|desconocido)|"
    r"(non|impossibile) ([èe] stato )?(possibile )?(recapitar|consegnar|recapitat|consegnat)|casella (di posta )?piena|"
    r"utente (sconosciuto|inesistente)|n[ãa]o (p[ôo]de|foi|pode) (ser )?(possível )?entreg|caixa (de correio )?cheia|"
    r"nie (mo[żz]e|mog[łl]a|zosta[łl]a?|istnieje)|przepe[łl]niona|nelze doru[čc]it|"
    r"не (может|удалось|существует|найден)|"
    r"(kunde|kan|kunne) (inte|ikke) (levere|afleve)|"
    r"(brugeren?|mottaker\w*|mottagar\w*) (findes|finnes|finns) (ikke|inte)|"
    r"無效|用户不存在|邮箱不存在|收件人.{0,8}(不存在|错误)|見つかりません|存在しません",
    re.IGNORECASE,
)
# a machine's voice: a line begins with *your* message, and what became of it
OF_YOURS = re.compile(
    r"^[^\w\n]*((your|the) (e-?mail|mail|message)( below)?( to .{1,80}?)? "
    r"(could not|cannot|can.t|was not|has not|couldn.t) "
    r"(been |be )?deliver|delivery to the following|did not reach the following|"
    r"(uw|je|het) (e-?mail|bericht)[^.]{0,80} (niet)[^.]{0,20}(bezorgd|afgeleverd)|"
    r"(ihre|die) (e-?mail|nachricht)[^.]{0,80} nicht[^.]{0,20} zugestellt|"
    r"(votre|le) (message|courriel|e-?mail)[^.]{0,60} pas (pu )?([êe]tre|[ée]t[ée]) (d[ée]livr|remis|distribu)|"
    r"(su|el) (mensaje|correo)[^.]{0,60} no (se )?(ha |pudo )?(podido )?(ser )?entreg)",
    re.IGNORECASE | re.MULTILINE,
)
COPY = re.compile(r"^[>\s]*(received: from|return-path:|message-id:)", re.IGNORECASE | re.MULTILINE)
COPY_FOLLOWS = re.compile(
    r"(original|your|returned) (e-?mail|message|mail)[^\n]{0,30} (follows|reads|attached below)|"
    r"(copy of|header of|first .{1,10} lines of|lines of) (your|the|this)[^\n]{0,20} (message|mail)|"
    r"the header and top .{1,10} lines|returned mail follows|(oorspronkelijke?|originele?) bericht volgt",
    re.IGNORECASE,
)

_REPLY = r"(antwort|antwoord|reactie|bericht|beantwoording|r[üu]ckantwort|nachricht|e-?mail)"
ABSENT = re.compile(
    r"(re: ?)?\[?("
    r"auto(matic|mated|-|matisk|matiskt)?[ -]?(re(ply|sponse|sponder)|answer|svar|message)|"
    r"auto: .{1,80}(out of|is away|afwezig).*|autosvar|auto-?antwo(or|r)[dt]|"
    rf"automatisch(e|es)? {_REPLY}|automatisch gegenereerd.{{0,20}}|"
    r"r[ée]ponse automatique|respuesta autom[áa]tica|risposta automatica|resposta autom[áa]tica|"
    r"automatyczna odpowied\S*|autoodpowied\S*|automatick[áa] odpov[ěe][ďd]\S*|automatikus v[áa]lasz|"
    r"automaattinen vastaus|otomatik yan.t|автоматический ответ|автоответ\w*|自动(回复|答复)|自動(応答|返信|回覆)|"
    r"abwesenheits(notiz|nachricht|meldung|assistent|benachrichtigung)|abwesen(d|heit)|au(ß|ss)er haus|"
    r"(ik ben )?afwezig(heids?(bericht|melding|assistent)?|heid)?|(ik ben )?niet (aanwezig|op kantoor)|"
    r"(ik ben )?(met|op) (vakantie|verlof)|vakantie(bericht|melding)?|buiten kantoor|"
    r"absence( du bureau)?|(message|notification|avis) d.absence|absent(e|\(e\))?( du bureau)?|"
    r"en (vacances|cong[ée]s?)|hors du bureau|fuera de (la )?oficina|ausen(te|cia)|fuori (sede|ufficio)|assenza|"
    r"fora do escrit[óo]rio|aus[êe]ncia( tempor[áa]ria)?|nieobecno[śs][ćc]|poza biurem|mimo kancel[áa][řr]|"
    r"fr[åa]nvaro\w*|frav[æa]r\w*|poissa(olo\w*)?|不在|부재중|자동 ?회신|"
    r"(i am |i'm )?(currently )?(out of (the )?office|on (annual |sick |parental )?(leave|vacation|holiday)|"
    r"away from (the office|my (desk|e-?mail|mail)))( (auto ?)?(reply|response|message|notification))?( (?=re:))?|"
    r"ooo|vacation (re(ply|sponse)|message|notice)|away (message|notice)"
    r")\]?[ \u00a0]?(:|-|\u2013|$|(?<= )re:)",
    re.IGNORECASE,
)
AWAY = re.compile(
    r"(out of (the )?office|on (annual |sick |parental |maternity |paternity )?(leave|holidays?|vacation)|"
    r"away from (the office|my (desk|e-?mail|mail))|no longer (work|employed))|"
    r"\b(ben|is|zijn) [^.!]{0,60}(afwezig|niet (aanwezig|bereikbaar|op kantoor)|(met|op) [\w-]{0,14}(vakantie|verlof)|"
    r"buiten kantoor|uit dienst)|"
    r"\b(bin|ist|sind) [^.!]{0,80}(nicht (im (b[üu]ro|hause?)|erreichbar|am arbeitsplatz)|abwesend|im urlaub|"
    r"au(ß|ss)er haus|in elternzeit)|"
    r"\b(suis|est|serai|sommes) [^.!]{0,60}(absent|en (cong[ée]|vacances|d[ée]placement)|hors du bureau|indisponible)|"
    r"\bestoy [^.!]{0,40}(fuera de|ausente|de vacaciones)",
    re.IGNORECASE,
)
THANKS = re.compile(
    r"(many )?(thank(s| you)|dank(e| u| je)?|bedankt|hartelijk dank|vielen dank|herzlichen dank|merci|gracias)"
    r"[^.!]{0,60}(mail|message|bericht|nachricht|courriel|mensaje|correo)",
    re.IGNORECASE,
)
GUARDED = re.compile(
    r"(click|visit|follow|reply|respond|add yourself).{0,300}"
    r"(white|safe|allowed|approved|guest)[\s-]?(senders?[\s-])?list|"
    r"(one[- ]time|please) (verif|confirm)[^.]{0,80}(you are|a real) (a )?(human|person|sender)|"
    r"has been waitlisted|boxtrapper|spam ?arrest",
    re.IGNORECASE | re.DOTALL,
)
