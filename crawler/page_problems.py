"""Tells pages that are no articles from those that are: logins, consent walls, bot challenges, error pages, paywalls.

Words alone decide nothing: an article may tell of a login or of a page not found. A title that says nothing else does,
or a page that has little text beside such words.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from lxml import etree

from crawler.identity import telling_words
from crawler.page_metadata import PageMetadata

SHORT = 700  # characters of body below which a page's other words are looked at
TEASER = 1_500  # characters of body up to which a page that says it is not free is a teaser

_SEPARATOR = re.compile(r"\s*[|•·»]\s*|\s+[-–—:]+\s+")
_CHALLENGE_TITLE = re.compile(
    r"just a moment|attention required!?|access (?:to this page )?(?:has been )?denied|pardon our interruption|"
    r"(?:are you|you are|not) a (?:ro)?bot\??|robot check|bot verification|human verification|"
    r"security (?:check|checkpoint|verification)|"
    r"(?:please )?verify(?:ing)? (?:that )?you(?:'re| are) (?:a )?human|please wait|one moment,? please|ddos-guard|"
    r"checking your browser.*|vercel security checkpoint|making sure you(?:'|&#39;)re not a bot!?|captcha|blocked|"
    r"request (?:blocked|rejected)|you have been blocked|un instant|einen moment(?: bitte)?|un momento|um momento",
    re.IGNORECASE,
)
_CHALLENGE_WORDS = re.compile(
    r"checking (?:if the site connection is secure|your browser)|enable javascript and cookies to continue|"
    r"verify (?:that )?you are (?:a )?human|needs to review the security of your connection|"
    r"unusual (?:traffic|activity) from|"
    r"(?:prove|confirm|show) (?:that )?you(?:'|’)?(?:re| are) (?:not a robot|human)|press (?:&|and) hold|"
    r"ddos protection by|"
    r"complete the (?:security check|captcha)|you have been blocked|"
    r"you don't have permission to access .{0,200}reference #|"
    r"as you were browsing something about your browser made us think you (?:were|might be) a bot|"
    r"incapsula incident id|"
    r"please make sure your browser supports javascript and cookies|protected by anubis|ray id:? [0-9a-f]{8}",
    re.IGNORECASE | re.DOTALL,
)
_CHALLENGE_PARTS = (
    "//*[@id='challenge-form' or @id='challenge-running' or @id='cf-wrapper' or @id='px-captcha'"
    " or @id='cf-error-details']"
    "|//iframe[contains(@src,'_Incapsula_Resource') or contains(@src,'captcha-delivery.com')]"
    "|//script[contains(@src,'captcha-delivery.com') or contains(@src,'/_Incapsula_Resource')]"
    "|//*[contains(@class,'h-captcha') or contains(@class,'g-recaptcha') or contains(@class,'cf-turnstile')]"
)
_ERROR_TITLE = re.compile(
    r"(?:error|http|code)?[\s:]*(?:40[0134]|410|429|451|50[0-4]|52[0-9])(?:[\s:!.-]*(?:error|not found|"
    r"page not found|forbidden|"
    r"unauthorized|gone|bad gateway|service (?:temporarily )?unavailable|internal server error|gateway time-?out|"
    r"too many requests|bad request|page))*|"
    r"(?:oops|sorry|uh oh|whoops)[!,. ]*(?:.{0,40}(?:not found|can't be found|cannot be found|went wrong|"
    r"missing|exist.{0,10}))?|"
    r"(?:the |this )?(?:requested )?(?:page|article|story|file|content|document|url) (?:was |is |could |"
    r"can )?(?:not|n't|cannot)(?: be)? "
    r"(?:found|available|exist)|(?:the |this )?(?:page|article|story|content|site) (?:is )?(?:no longer |un|"
    r"not )(?:available|exists?)|"
    r"(?:page|article) (?:has )?(?:moved|expired|removed|missing|error)|not found|nothing (?:was )?found|"
    r"file not found|"
    r"we can(?:'|’)?t find (?:that|this|the) page.*|(?:sorry, )?(?:that|this|the) page (?:doesn(?:'|’)t|"
    r"does not) exist.*|"
    r"internal server error|server error|bad gateway|service (?:temporarily )?unavailable|gateway time-?out|forbidden|"
    r"(?:site|website|we(?:'|’)re|we are|currently|under|scheduled)? ?(?:down )?(?:for|"
    r"under) (?:scheduled )?maintenance|maintenance(?: mode)?|"
    r"(?:something|an error) (?:went wrong|has occurred|occurred)|application error.*|"
    r"error establishing a database connection|"
    r"temporarily (?:unavailable|down)|account suspended|(?:this )?domain (?:is )?(?:for sale|parked|"
    r"expired).*|index of /.*|it works!?|"
    r"welcome to nginx!?|apache2 .*default page.*|default web site page|coming soon|"
    r"(?:die )?(?:angeforderte )?seite (?:wurde )?(?:leider )?nicht gefunden|page (?:non trouv[ée]e|introuvable)|"
    r"p[áa]gina no (?:encontrada|disponible)|p[áa]gina n[ãa]o (?:encontrada|existe)|pagina non trovata|"
    r"pagina niet gevonden|"
    r"siden? (?:ble |blev )?ikke funnet|sidan (?:kunde )?(?:inte )?hitta(?:de)?s(?: inte)?|"
    r"страница не найдена|ошибка 404|сторінку не знайдено|"
    r"sayfa bulunamad[ıi]|strona nie (?:została )?znalezion[ao]|halaman tidak ditemukan|الصفحة غير موجودة|"
    r"ページが見つかりません|页面不存在|找不到页面",
    re.IGNORECASE,
)
_LOGIN_TITLE = re.compile(
    r"(?:please )?(?:log|sign)[\s-]?(?:in|on)(?: (?:or|/|and) (?:register|sign up|create .*|"
    r"subscribe))?(?: (?:to|required|page|here)\b.*)?|"
    r"(?:user |member |subscriber |customer )?(?:login|sign-?in)(?: page| required)?|register(?: / login)?|"
    r"create (?:an |your )?account|"
    r"authentication required|single sign-?on|anmelden|anmeldung|einloggen|connexion|se connecter|iniciar sesi[óo]n|"
    r"accedi|entrar|inloggen|вход|войти|авторизация|giri[sş]",
    re.IGNORECASE,
)
_LOGIN_WORDS = re.compile(
    r"(?:you (?:must|need to) (?:be )?|please )(?:log(?:ged)?|sign(?:ed)?)[\s-]in|"
    r"forg[eo]t(?:ten)? (?:your )?password|remember me|"
    r"(?:log|sign) in (?:to|with) (?:your|google|facebook|apple|e-?mail)|passwort vergessen|"
    r"mot de passe oublié|olvid(?:ó|aste) (?:su|tu) contraseña",
    re.IGNORECASE,
)
_CONSENT_TITLE = re.compile(
    r"before you continue.*|(?:your )?privacy (?:settings|choices|preferences|policy and cookies)|"
    r"cookie (?:settings|consent|preferences|notice|wall)|"
    r"(?:we|your privacy) (?:value|is important).*|.* is part of the .* family of brands|consent(?: required)?|"
    r"datenschutz-?einstellungen|cookies?|votre vie privée.*|(?:zustimmung|einwilligung).*|"
    r"bevor (?:sie|du) (?:zu|fortf).*|avant d'accéder.*|antes de continuar.*",
    re.IGNORECASE,
)
_CONSENT_WORDS = re.compile(
    r"we (?:and our (?:\d+ )?(?:partners|vendors)|use cookies|value your privacy|store and/or access)|"
    r"accept (?:all|cookies|and continue)|"
    r"reject all|manage (?:my |your )?(?:options|choices|preferences|cookies|settings)|legitimate interest|"
    r"cookie polic(?:y|ies)|"
    r"consent to (?:the use|our|these|this|store)|personali[sz]ed (?:ads|advertising|content)|"
    r"withdraw (?:your )?consent|"
    r"privacy policy|by clicking [\"“]?(?:accept|agree|ok)|wir (?:und unsere|verwenden) (?:partner|cookies)|"
    r"alle (?:cookies )?akzeptieren|"
    r"tout (?:accepter|refuser)|nos partenaires|aceptar (?:todo|todas|las cookies)|utilizamos cookies|"
    r"accetta(?: tutti)?",
    re.IGNORECASE,
)
_PAYWALL_WORDS = re.compile(
    r"subscribe (?:now |today |here )?(?:to|for) (?:continue|keep|read|unlock|full access|access|unlimited|get full)|"
    r"(?:to|and) (?:continue|keep) reading|continue reading (?:this (?:article|story) )?(?:with|for|by)|"
    r"already a (?:subscriber|member|customer)|"
    r"(?:article|content|story|report|page|feature) (?:is|are) (?:\w+ ){0,3}(?:for|to|reserved for|"
    r"available to|exclusive to) (?:\w+ ){0,3}"
    r"(?:subscribers|members|registered|premium|clients|customers)|(?:subscribers?|members?|"
    r"premium)[- ](?:only|exclusive|content|article)|"
    r"exclusive(?:ly)? (?:for|to) (?:\w+ )?(?:subscribers|members)|register (?:now |"
    r"today )?(?:for free )?to (?:continue|read|keep|access|view)|"
    r"(?:unlock|access) (?:this|the full|the rest of (?:this|the)) (?:article|story)|you(?:'|’)?(?:ve|"
    r" have) (?:reached|used|read) (?:your|all|the) "
    r"(?:\w+ ){0,3}(?:limit|free|articles?)|(?:sign|log) in (?:or \w+ )?to (?:continue|read|access|view)|"
    r"purchase (?:a )?subscription|"
    r"(?:start|try|get) (?:your |a )?(?:free|\d+[- ]day) trial|the full (?:article|story|text) is available|"
    r"free articles? remaining|"
    r"(?:jetzt )?weiterlesen mit|(?:nur )?für abonnenten|mit .{0,20}abo(?:nnement)? lesen|"
    r"réservé(?:e)? (?:aux|à nos) abonnés|il vous reste .{0,30}à lire|"
    r"(?:exclusivo|solo|sólo|só) para (?:suscriptores|assinantes)|suscr[íi]b(?:ete|ase) para|"
    r"riservato agli abbonati|for abonnenter|"
    r"доступ(?:но|ен) (?:только )?(?:подписчикам|по подписке)|только для подписчиков|оформите подписку|"
    r"(?:лише|тільки) для передплатників|(?:jen|pouze) pro předplatitele|len pre predplatiteľov|"
    r"(?:tylko|wyłącznie) dla (?:prenumerator|subskrybent)\w*|wykup (?:dostęp|prenumeratę)|"
    r"(?:alleen|exclusief) voor abonnees|(?:word|nu) abonnee|lees verder met|"
    r"(?:endast |bara )?för (?:våra )?prenumeranter|bli prenumerant|"
    r"(?:forbeholdt|kun for|kun til) (?:våre |vores )?abonnenter|bliv? abonnent|vain tilaajille|"
    r"(?:sadece|yalnızca) abone\w*|abone ol(?:un|arak)|(?:μόνο|αποκλειστικά) για συνδρομητές|"
    r"للمشتركين فقط|اشترك (?:الآن )?(?:لقراءة|لمتابعة|للقراءة)|"
    r"付费(?:内容|阅读|会员)|(?:订阅|登录)后(?:阅读|继续|查看)|会员专享|仅限(?:会员|订阅)|"
    r"有料(?:会員|記事|プラン)|会員限定|続きを読むには|유료 ?(?:회원|기사|콘텐츠)|구독자 ?전용|"
    r"mit \w\+ (?:weiter)?lesen|(?:testen|registrieren) und weiterlesen|abo abschließen|"
    r"to read (?:this|the) (?:full|whole|complete|rest)|you have \w+ (?:free |remaining )?articles? (?:left|remaining)|"
    r"you have \w+ free articles?",
    re.IGNORECASE,
)
_SCRIPT_WALL = re.compile(
    r"(?:enable|turn on|activate|requires?|need) javascript|javascript (?:is )?(?:disabled|required|"
    r"not enabled|to run this app)",
    re.IGNORECASE,
)
_CUT_OFF = re.compile(r"(?:\.\.\.|…|\[(?:\.\.\.|…|&hellip;)\]|\(more\))\s*$")
_READ_ON = re.compile(
    r"(?:to|and) (?:continue|keep) reading|(?:continue|keep) reading (?:with|this)|"
    r"(?:read|unlock|access) (?:this|the full|the whole|the rest of (?:this|the)) (?:article|story)|"
    r"(?:this|the) (?:article|story) is (?:\w+ ){0,4}(?:subscribers|members)|weiterlesen mit|für abonnenten|"
    r"aux abonnés|à lire|para (?:suscriptores|assinantes)|agli abbonati|for abonnenter|подписчик",
    re.IGNORECASE,
)
_MIN_LETTERS = 25
_QUOTED = re.compile(r"[\"“„«][^\"“”„«»\n]{1,200}[\"”“»]|[‘'](?<!\w')[^'’\n]{1,80}['’](?!\w)")


def find_problem(
    tree: etree._Element, metadata: PageMetadata, *, title: str, body: str, visible: Callable[[], str]
) -> str | None:
    """Why a page is no article (login, consent, challenge, error, paywall, empty), or None for an article.

    `visible` gives the whole text of the page, which costs a tenth of reading it; most pages need none. The kinds are
    asked in this order: what the title alone says, what a page with little text says, whether the rest is behind a
    payment.
    """
    headings = [" ".join("".join(element.itertext()).split()) for element in tree.iter("h1")]
    titles = [title, *("".join(element.itertext()) for element in tree.iter("title")), *headings[:2]]
    is_short = len(body) < SHORT
    # Beside a long text only its own headline counts: a trade magazine has a section that is called "Maintenance".
    parts = _parts(titles if is_short else [title])
    says_article = bool(metadata.article) or metadata.meta.get("og:type", "").lower() == "article"

    if _titled(_CHALLENGE_TITLE, parts) and len(visible()) < 4_000:
        return "challenge"
    if _titled(_ERROR_TITLE, parts) and (is_short or not says_article):
        return "error"
    if is_short:
        problem = _short_page(tree, title, body, visible(), parts, says_article)
        if problem is not None:
            return problem
    if _is_paywalled(tree, metadata, body, visible):
        return "paywall"
    if sum(character.isalpha() for character in body) < _MIN_LETTERS:
        return "empty"
    return None


def _parts(titles: list[str]) -> set[str]:
    texts = [" ".join(text.split()) for text in titles]
    return {part.strip(" .!…").strip() for text in texts for part in (text, *_SEPARATOR.split(text))} - {""}


def _short_page(
    tree: etree._Element, title: str, body: str, visible: str, parts: set[str], says_article: bool
) -> str | None:
    if len(visible) < 4_000 and (
        _CHALLENGE_WORDS.search(visible) or (len(body) < 200 and tree.xpath(_CHALLENGE_PARTS))
    ):
        return "challenge"
    password = bool(tree.xpath("//input[translate(@type,'PASWORD','pasword')='password']"))
    if _titled(_LOGIN_TITLE, parts) and (password or _LOGIN_WORDS.search(visible) or not says_article):
        return "login"
    if _titled(_CONSENT_TITLE, parts) and _CONSENT_WORDS.search(visible):
        return "consent"
    if password and not says_article and _LOGIN_WORDS.search(visible):
        return "login"
    # An article about consent quotes what such pages say, and tells of what its headline names.
    own = _QUOTED.sub("", body)
    if len({match.group().lower() for match in _CONSENT_WORDS.finditer(own)}) >= 2 and not (
        says_article and len(telling_words(title) & telling_words(body)) >= 2
    ):
        return "consent"
    if not says_article and len(body) < 200 and len({m.group().lower() for m in _CONSENT_WORDS.finditer(visible)}) >= 4:
        return "consent"
    if len(body) < 300 and _SCRIPT_WALL.search(body or visible[:600]) and not says_article:
        return "empty"
    return None


def _titled(pattern: re.Pattern[str], parts: set[str]) -> bool:
    return any(len(part) < 120 and pattern.fullmatch(part) for part in parts)


def _is_paywalled(tree: etree._Element, metadata: PageMetadata, body: str, visible: Callable[[], str]) -> bool:
    stated = metadata.article.get("isAccessibleForFree")
    is_free = None if stated is None else str(stated).strip().lower() not in {"false", "0", "no"}
    if is_free is None and metadata.meta.get("article:content_tier", "").lower() in {"locked", "metered"}:
        is_free = False if metadata.meta["article:content_tier"].lower() == "locked" else None
    is_cut = _CUT_OFF.search(body[-20:]) is not None
    if is_free is False and (len(body) < TEASER or (is_cut and _asks(visible()))):
        return True
    # After a long text such words are an advertisement, or told of others, unless it breaks off or they say: read on.
    if _ends_with_request(body) and (is_free is not True or (len(body) < TEASER and _has_wall(tree))):
        last = body.rpartition("\n")[2]
        broken_off = is_cut or _CUT_OFF.search(without_requests(body)[-20:]) is not None
        says_so = len(last) < 250 and _READ_ON.search(last) is not None
        if len(body) < TEASER or broken_off or says_so or _has_wall(tree):
            return True
    return is_free is not True and len(body) < SHORT and (is_cut or _has_wall(tree)) and _asks(visible())


def _asks(text: str) -> bool:
    return _PAYWALL_WORDS.search(text) is not None


def _ends_with_request(body: str) -> bool:
    """Tells whether the last words of the text ask for a subscription."""
    return len(body) < 4 * TEASER and _PAYWALL_WORDS.search(body[-300:]) is not None


def _has_wall(tree: etree._Element) -> bool:
    wall = (
        "//*[contains(translate(@class,'PAYWL','paywl'),'paywall')"
        " or contains(translate(@id,'PAYWL','paywl'),'paywall')"
        " or contains(@class,'subscriber-only') or contains(@class,'subscribe-wall') or contains(@class,'regwall')"
        " or contains(@class,'premium-content') or contains(@class,'locked-content') or contains(@class,'piano-')]"
    )
    return bool(tree.xpath(wall))


def without_requests(body: str) -> str:
    """A teaser's text without the lines that only ask the reader to subscribe or to sign in."""
    lines = body.split("\n")
    while lines and len(lines[-1]) < 250 and _PAYWALL_WORDS.search(lines[-1]):
        lines.pop()
    return "\n".join(lines)
