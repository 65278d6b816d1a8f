"""The cue words that tell what a figure stands for, by role; quantity_roles.py weighs them against each other."""

from __future__ import annotations

import re

from nlp.numbers import GAP

_LOST = (
    r"halt(?:s|ed|ing)?|stop(?:s|ped|ping|page)?|los(?:e|es|t|ing|s|ses)|cuts?|cutting|cut\soff|curtail\w*"
    r"|reduc(?:e|es|ed|ing|tions?)"
    r"|shut(?:s|ting)?(?:[\s-](?:down|in))?|shut-?ins?|shutdowns?|knock(?:s|ed|ing)?|offline|off-line"
    r"|off\s(?:the\s)?(?:grid"
    r"|market|line|system)|suspend(?:s|ed|ing)?"
    r"|disrupt(?:s|ed|ing|ions?)?"
    r"|interrupt(?:s|ed|ing|ions?)?|fell|fall(?:s|en|ing)?|drop(?:s|ped|ping)?|declin(?:e|es|ed|ing)|slash(?:es"
    r"|ed|ing)?"
    r"|shed|sheds|shedding|depriv\w+|idl(?:e|es|ed|ing)|stolen|stole|steal(?:s|ing)?|thefts?|outages?|shortfalls?"
    r"|deficits?|shortages?|unavailab(?:le|ility)"
    r"|out\sof\s(?:service|action|operation)|tripp?(?:ed|s|ing)?|wip(?:e|es|ed|ing)\s(?:out|off)|block(?:s|ed|ing)"
    r"|paralys\w+|sidelin\w+|stranded"
    r"|clos(?:es|ed|ing|ure)|down\s(?:by|about|some|nearly|around)|went\sdown|tak(?:es?|en|ing)\s(?:off|away"
    r"|out)|took\s(?:off"
    r"|out)|turn(?:s|ed|ing)?\soff|switch(?:ed|es|ing)\soff|slump\w*|plunge\w*|halv(?:e|es|ed|ing)"
    r"|wreck\w*|destroy\w*|disabl(?:e|es|ed|ing)|collaps(?:e|es|ed|ing)|crippl\w+|remov(?:es?|ed|ing"
    r"|al)|withh[eo]ld\w*"
    r"|shr[aiu]nk|burn(?:ed|t)|trim(?:s|med|ming)?|par(?:ed|ing)\s(?:back|down)|throttl(?:e|es|ed|ing)"
    r"|eras(?:e|es|ed|ing)"
    r"|damag(?:ed|es|ing)|siphon\w*|tapp(?:ed|ing)|force\smajeure|lower(?:s|ed|ing)|missing|divert(?:s|ed|ing)"
    r"|drag(?:s|ged|ging)?|held\sback|gone|made\soff\swith|mak(?:e|ing)\soff\swith|pilfer\w*|loot(?:s"
    r"|ed|ing)?|vanish(?:es|ed)?|forgone|foregone"
    r"|deferred|undelivered|withdr[ae]wn?|short\sof"
    r"|without\s(?:power|electricity|gas|heat(?:ing)?|fuel|supply)|fail(?:s|ed|ing)?\sto\s(?:supply|deliver)"
)
_RESTORED = (
    r"resum(?:e|es|ed|ing|ption)|restor(?:e|es|ed|ing|ation)|back\s(?:online|on\sline|in\sservice|up|on|to\snormal)"
    r"|return(?:s|ed|ing)?\sto\s(?:service|operation|normal|the\sgrid)|br(?:ought|ings?|inging)\sback|reconnect\w*"
    r"|restart(?:s|ed|ing)?|re-?energi[sz]ed|reopen\w*|reinstat\w+|came\sback|come\sback|coming\sback|switched\sback"
    r"|due\sback|back\s(?:by|from)|(?:flow|pump|run|operat|load|work|mov)\w*\sagain|was\sback|were\sback|is\sback"
    r"|are\sback|energi[sz]ed|regain(?:s|ed|ing)?"
    r"|back\sin\soperation|rebound(?:s|ed|ing)?"
)
_SPILLED = (
    r"spill(?:s|ed|ing|age)?|spilt|leak(?:s|ed|ing|age)?|releas(?:e|es|ed|ing)|gush(?:es|ed|ing)?|discharg(?:e|es"
    r"|ed|ing)|seep(?:s|ed|ing|age)?"
    r"|escap(?:e|es|ed|ing)|vent(?:s|ed|ing)|pour(?:s|ed|ing)|dump(?:s|ed|ing)|spew(?:s|ed|ing)?|ooz(?:e|ed|ing)"
    r"|overflow\w*|blown|(?:oil\s)?slick|let\sout|let\s(?=[\d,.]+\s)|c[ao]me\sout|blown\soff|flar(?:ed|ing)|enter(?:s"
    r"|ed|ing)\sthe\s(?:\w+\s)?(?:water"
    r"|river|sea|creek"
    r"|bay|soil|ground|harbou?r|stream|estuary|canal|lake|marsh)\w*|reached\sthe\s(?:\w+\s)?(?:water|river|sea|shore"
    r"|creek|beach|bay|stream|coast)\w*|wash(?:ed|ing)\s(?:up|ashore|onto)|ran\sinto\sthe|got\sinto\sthe"
    r"|(?:run|ran)\sinto(?=\sthe|\sa)|flow(?:ed|ing)\sinto"
    r"|contaminat\w+|pollut\w+|soak(?:ed|ing)|flood(?:ed|ing)\s(?:a|the)|drain(?:ed|ing)\sinto|sp(?:at"
    r"|rayed|urted)|drip(?:s|ped|ping)|trickl\w+|left\son|lost\sto\sthe\s(?:sea|river)"
)
CAPACITY_WORDS = (
    r"capacit(?:y|ies)|capable\sof|able\sto\s\w+|(?:can|could)\s(?:\w+\s)?(?:process|carry|pump|handle|turn\sout"
    r"|take\sin|bring\sin|send|feed|yield|receive|deliver"
    r"|transport|produce"
    r"|store|export|generate|refine|supply|deliver"
    r"|transmit|move|hold|load|ship|import|take|treat|bring|cover|meet|replace)|could\sbe\s(?:piped|rerouted"
    r"|re-routed|diverted)"
    r"|design(?:ed)?\s(?:for|to(?:\s\w+)?)|sized\s(?:for|at|to)|nameplate|rated(?:\sat)?|generating\scapacity"
    r"|built\sto(?:\s\w+)?|to\shave\syielded|\sroom"
)
THROUGHPUT_WORDS = (
    r"carr(?:y|ies|ied|ying)|mov(?:e|es|ed|ing)|pump(?:s|ed|ing)?|ship(?:s|ped|ping)|shipments?|export(?:s|ed"
    r"|ing)?|produc(?:e|es|ed|ing|tion)"
    r"|transport(?:s|ed|ing)?|deliver(?:s|ed|ing|y|ies)?|flow(?:s|ed|ing)?|handl(?:e|es|ed|ing)"
    r"|process(?:es|ed|ing)|outputs?|pass(?:es|ed|ing)?\s(?:through|along|between|down|it\b)|pass(?:es)?|travers\w+"
    r"|throughput|generat(?:e|es|ed|ing|ion)|suppl(?:y|ies|ied|ying)|import(?:s|ed|ing)?|refin(?:es|ed|ing)"
    r"|load(?:s|ed|ings?)?|laden|aboard|on\sboard|cargo(?:es)?|averag(?:e|es|ed|ing)|(?:is|was|are"
    r"|were)\s(?:piped|sent|lifted)|lift(?:s|ed|ings?)"
    r"|transit(?:s|ed|ing)?|consum(?:es?|ed|ing|ption)|demand|(?:running|operating|working|runs|ran"
    r"|operates?|stands?|stood"
    r"|remain(?:s|ed)?|steady)\sat|volumes?|conveys?|accounts?\sfor|provid(?:e|es|ed|ing)|send(?:s|ing)|sent"
    r"|giv(?:es|ing)|gave|cross(?:es|ed|ing)?|need(?:s|ed)?|mak(?:es|ing)|feed(?:s|ing)?|fed|buy(?:s"
    r"|ing)?|bought|sell(?:s|ing)?|sold|nominat\w+"
    r"|yield(?:s|ed|ing)?|mined|extract(?:s|ed|ing)|churn\w*\sout|funnel\w*|limited\sto"
    r"|burns(?=\s[\d,.]+\s\w+\sof\scoal)|takes?|took|got|gets?|us(?:es?|ed|ing)|went\sthat\sway"
    r"|meets?|covers?|leaves?|order(?:ed|s)|nominations?|dr[ae]ws?|drawn|receiv(?:es?|ed|ing)"
)
_STORED = (
    r"stor(?:es?|ed|ing|age)|hold(?:s|ing)?|held|inventor(?:y|ies)|stockpil\w+|stocks|contain(?:s|ed|ing)"
    r"|reserves?|fill(?:ed|s|ing)?\s(?:with|to|up)|full|reservoirs?"
    r"|caverns?|tanks?|kept|underground|buffer|refill\w*|has\senough|enough\sfor|keeps|in\shand|left\sin|l(?:ies|ay"
    r"|ying)\sin|seiz(?:ed|ing)|confiscat\w+"
    r"|impound\w+"
)
AT_RISK = (
    r"at\srisk|in\s(?:serious\s|some\s)?doubt|in\speril|in\sjeopardy|jeopardi[sz]\w+|threaten(?:s|ed|ing)?"
    r"|under\sthreat|endanger\w*|in\sdanger|vulnerable|at\sstake"
    r"|put(?:s|ting)?\sat\srisk|imperil\w*|expos(?:ed|es|ing)"
)
_RECOVERED = (
    r"recover(?:s|ed|ing|y)|clean(?:s|ed|ing)(?:\sup)?|collect(?:s|ed|ing)|vacuum(?:s|ed|ing)?|skimm(?:ed|ing)"
    r"|excavat\w+|contaminated\ssoil|containment|of\s(?:water|soil|foam|equipment|explosives)|picked\sup|mopped\sup"
)
_RAISED = (
    r"rais(?:e|es|ed|ing)|increas(?:e|es|ed|ing)|boost(?:s|ed|ing)?|hik(?:e|es|ed|ing)|grew|grow(?:s|n|ing)?|rose"
    r"|rise(?:s|n)?|rising|climb(?:s|ed|ing)|jump(?:s|ed|ing)|gain(?:s|ed)|ramp(?:s|ed|ing)?\sup|add(?:s|ed|ing)"
    r"|up\sby|surplus|seek(?:s|ing)?|sought|exceed\w*\sdemand|ask(?:s|ed|ing)?\sfor|request(?:s|ed"
    r"|ing)?|extra|additional"
)
CUE = re.compile(
    rf"\b(?:(?P<raised>{_RAISED})|(?P<at_risk>{AT_RISK})|(?P<recovered>{_RECOVERED})|(?P<capacity>{CAPACITY_WORDS})"
    rf"|(?P<restored>{_RESTORED})|(?P<spilled>{_SPILLED})"
    rf"|(?P<lost>{_LOST})|(?P<stored>{_STORED})|(?P<throughput>{THROUGHPUT_WORDS}))(?!\w)",
    re.IGNORECASE,
)

# Cues that name the thing a verb was done to; the verb decides, so they count as farther off.
WEAK: dict[str, dict[str, int]] = {
    "throughput": dict.fromkeys(
        (
            "output", "outputs", "production", "exports", "export", "supply", "supplies", "flows", "flow", "shipments",
            "imports", "import", "generation", "demand", "volumes", "volume", "deliveries", "delivery", "loadings",
            "throughput", "load", "loads", "transit", "consumption", "process", "need", "needs", "pass",
        ),
        45,
    ),
    "lost": dict.fromkeys(
        (
            "damaged", "damages", "damaging", "closure", "missing", "force majeure", "fire", "outage", "outages",
            "shutdown", "shutdowns", "blocked", "divert", "diverted",
        ),
        40,
    ),
    "stored": dict.fromkeys(
        (
            "storage", "reserves", "reserve", "stocks", "tank", "tanks",
            "reservoir", "reservoirs", "cavern", "caverns", "full", "seized", "held", "hold", "kept",
        ),
        20,
    ),
    "raised": dict.fromkeys(("extra", "additional", "surplus"), 30),
    "spilled": dict.fromkeys(("slick", "oil slick"), 20),
}  # fmt: skip
# Of a bulk volume these say where it was taken from, not that it is gone.
WEAK_FOR_BULK = frozenset({"block", "blocked", "shut", "destroyed", "closed", "tapped", "tapping", "burned", "halted"})

BREAK = re.compile(
    r",|;|:|\(|\)|—|–\s|\b(?:and|but|while|which|that|who|after|before|when|where|because|although|though|as"
    r"|since|until)\b",
    re.IGNORECASE,
)
OBJECT_NOUN = re.compile(
    f"(?:{GAP}(?:worth{GAP})?(?:of|in|from|to){GAP}(?:(?!(?:was|were|is|are|without|had|has|and"
    f"|but)\\b)[\\w'’-]+{GAP}){{0,4}}?)?(?:{GAP})?"
    r"(?P<noun>capacity|output|production|generation|supply|supplies|exports?|flows?|shipments|power|electricity"
    r"|storage|throughput|demand|imports?|loadings|load)\b",
    re.IGNORECASE,
)
_FUNCTION = (
    r"of|in|to|at|for|from|by|was|were|is|are|and|or|had|has|have|after|since|on|due|because|per|a|the|as|with|when"
    r"|while|that|which|more|less|went|will|would|could|last|during|into|this|each|out|off|before|until|through|a"
)
FACILITY = (
    r"refiner(?:y|ies)|plants?|pipelines?|lines?|(?:oil|gas)?fields?|terminals?|units?|reactors?|stations?|complex"
    r"|facilit(?:y|ies)|(?:tank\s)?farms?|parks?|turbines?|generators?|arrays?|batter(?:y|ies)|blocks?"
    r"|links?|interconnectors?|cables?|cdu|projects?|hub|distillation|crude\sunit|platforms?|train|sets?"
    r"|dams?|capacity|hydrocracker|smelter|depots?|tanks?|caverns?|wells?|mines?|site|scheme|barrage"
)
ATTRIBUTIVE = re.compile(
    f"(?:{GAP}|-)(?!(?:{_FUNCTION})\\b)"
    f"(?:(?!(?:of|in|to|from|was|were|is|are|had|has|after)\\b)[\\w'’.-]+{GAP}){{0,4}}?(?:{FACILITY})\\b",
    re.IGNORECASE,
)
SPILL_NOUN = re.compile(
    f"(?:{GAP}|-)(?:(?:of{GAP})?(?:crude|oil|gas(?:oline)?|diesel|fuel|jet|natural|gas|condensate|product"
    f"|kerosene|butane|propane|ammonia|light|heavy|a){GAP}){{0,3}}"
    r"(?:spills?|leaks?|releases?|discharges?|slick|spillage)\b",
    re.IGNORECASE,
)
# What a hyphened figure ("a 500-MW ...") can stand before besides a plant
LOSS_NOUN = re.compile(
    f"(?:{GAP}|-)(?:(?!(?:{_FUNCTION})\\b)[\\w'’-]+{GAP}){{0,2}}?(?P<noun>loss|drop|cuts?|shortfall"
    f"|deficit|outage|fall"
    f"|decline|reduction|gap|shortage|dip|slump|curtailment|disruption|increase|rise|surge|hike|jump"
    f"|surplus|boost|swing)\\b",
    re.IGNORECASE,
)
NAMED_BY_SIZE = re.compile(f"(?:{GAP}|-)(?!(?:{_FUNCTION})\\b)[^\\W\\d_]", re.IGNORECASE)
TO_BEFORE = re.compile(r"\b(?:to|at)\s+(?:an?\s+|the\s+|just\s+|only\s+|barely\s+)?$", re.IGNORECASE)
FROM_BEFORE = re.compile(
    r"\b(?:from|against|compared\swith|compared\sto|versus)\s+(?:an?\s+|the\s+|its\s+usual\s+|a\s+normal\s+"
    r"|normal(?:ly)?\s+|usually\s+|about\s+"
    r"|the\s+usual\s+)?$",
    re.IGNORECASE,
)
APPOSITION = re.compile(
    r"(?:,\s*or\s+|,?\s*\(\s*(?:or\s+|about\s+|equivalent\s+to\s+)?|\b(?:equivalent|equal)\s+to\s+"
    r"|,\s*i\.e\.,?\s+|,\s*roughly\s+)$",
    re.IGNORECASE,
)
NORMAL = re.compile(r"\b(?:normally|usually|typically|ordinarily|regularly|responsible\sfor)\b", re.IGNORECASE)
MODAL = re.compile(
    r"\b(?:would|could|might|may|risk(?:s|ing|ed)?|threaten(?:s|ed|ing)?|potential(?:ly)?|if|can|fears?"
    r"|feared)\b[^.;]{0,60}$",
    re.IGNORECASE,
)
VESSEL = re.compile(
    r"\b(?:tankers?|vessels?|ships?|carriers?|barges?|vlcc|suezmax|aframax|freighters?|trucks?|trains?"
    r"|cargo|lorr(?:y|ies))\b",
    re.IGNORECASE,
)
# A size told of a works that stopped is what was lost: "shut the 120,000-bpd refinery", "the 350 MW link is out"
STOPPED_BEFORE = re.compile(
    r"\b(?<!not\s)(?:shut(?:s|ting)?(?:\sdown)?|halt(?:s|ed|ing)?|stop(?:s|ped|ping)?|clos(?:es|ed"
    r"|ing)|knock(?:s|ed|ing)?\sout|disabl(?:es|ed|ing)|idl(?:es|ed|ing)"
    r"|tak(?:es?|en|ing)\s(?:out|off-?line)|took\s(?:out|off-?line)|trip(?:s|ped|ping)?|(?:outages?|trips?|failures?"
    r"|closures?|shut-?downs?|stoppages?)\s(?:of|at)|crippl(?:es"
    r"|ed|ing)|suspend(?:s|ed|ing)|paralys\w+|loss\sof|lost)"
    r"(?:\s(?:its|the|a|an|their|his|operations\sat|work\sat|production\sat|processing\sat|output\sat"
    r"|all|of|entire|whole|giant|main|nearby)){0,3}(?:\s[\w-]+){0,3}?\s+\(?$",
    re.IGNORECASE,
)
STOPPED_AFTER = re.compile(
    r"^(?:(?!['’]s\s\D)[^.;:,]|,\d){0,60}?(?:,\s(?:which|that|who)\s[^,.;]{1,90},)?(?:\b(?:was|were|is|are|has|had"
    r"|have|been|be|may|will|remain(?:s|ed)?"
    r"|went|stays?|stayed|again|automatically|immediately|unexpectedly)\s+){0,4}"
    r"\b(?<!not\s)(?:shut(?:\sdown)?|halted|stopped|tripp?ed|trips|flooded|buried|swept\saway|forced\sout|inoperable"
    r"|unavailable|dropped\soff|fell\soff|laid\sup|mothballed|idle|standing|st(?:ood|ands?)\sstill|inoperative"
    r"|wrecked|gutted|out(?=\s(?:and|but|because|since|after|as)\b)|out(?:\sof\s(?:service|action|operation)"
    r"|\suntil|\sfor|$|(?=[.,;]))|off-?line|off\sthe\sgrid"
    r"|knocked\sout|idled?|closed|fail(?:s|ed)(?!\sto)|off[\s-]?stream|lost(?!\s(?:one|two|three|four|an?|its|all"
    r"|some|half|part|\d|their|his|power))|suspended(?:\soperations)?|disconnected|off[\s-]stream"
    r"|dark|disabled|down)\b(?!\sthe\b)",
    re.IGNORECASE,
)
# "put losses at 15,000 b/d", "shut-in production stands at": the noun says outright what the figure is
NAMED_LOSS = re.compile(
    r"\b(?:loss(?:es)?|lost\s\w+|shut-?ins?(?:\s\w+)?|shortfalls?|deficits?|shortages?|outages?|breakdowns?)"
    r"(?:\s(?!(?:and|but|after|while)\b)[\w'’-]+){0,4}?\s(?:at|to|of|is|was|are|were|reach(?:es|ed)"
    r"|total(?:s|led|ling|ing)?|above|over)\s+(?:\w+\s+){0,1}$",
    re.IGNORECASE,
)
PLANT = re.compile(
    r"\b(?:wind|solar|plants?|power\sstations?|reactors?|farms?|turbines?|batter(?:y|ies)|nuclear|hydro\w*"
    r"|coal-fired|gas-fired|renewables?|installed)\b",
    re.IGNORECASE,
)
FUEL_AFTER = re.compile(
    r"\s*of\s(?:[\w-]+\s){0,2}?(?:crude|oil|fuel|diesel|petrol|gasoline|gas|lng|lpg|condensate|naphtha"
    r"|benzene|kerosene|mazut|products?|coal)\b",
    re.IGNORECASE,
)
NOT_REAL = re.compile(
    r"\b(?:would|could|might|if|threat\w*|plans?|planned|planning|called\soff|not|never|no)\b", re.IGNORECASE
)
FULLNESS = re.compile(r"\s*(?:of\s)?(?:[\w-]+\s){0,3}(?:full|storage|inventories|stocks)\b", re.IGNORECASE)
MORE = re.compile(r"\s*(?:more|extra)\b", re.IGNORECASE)
COMPARED = re.compile(r"\b(?:compared\s(?:with|to)|against|versus)\s+(?:\w+\s+){0,2}$", re.IGNORECASE)
SHIP_SIZE = re.compile(
    f"(?:,?{GAP}|-)(?:[\\w'’-]+,?{GAP}){{0,4}}?(?:tankers?|vessels?|ships?|carriers?|barges?|storage|tanks?)\\b",
    re.IGNORECASE,
)
DEADWEIGHT = re.compile(r"\b(?:dead-?weight|dwt|tonnage)\b[^.;,]{0,12}$", re.IGNORECASE)
# A length is told of a pipe or a cable; any other is a distance
_LINE = (
    r"(?:pipe-?lines?|pipes?|lines?|cables?|conductors?|wires?|links?|interconnectors?|sections?|segments?"
    r"|stretch(?:es)?|networks?|ducts?|tunnels?|mains?|spurs?|loops?|branch(?:es)?|legs?|overhead|rails?|railways?"
    r"|canal)"
)
LENGTH_AFTER = re.compile(
    rf"(?:{GAP}|-)(?!stretch{GAP}of{GAP}(?:the|water|coast|sea|road|river))(?:(?:long|of|stretch|section|segment"
    rf"|worth|in{GAP}length)\b,?{GAP})*"
    rf"(?:(?!(?:from|off|away|north|south|east|west|to|near|out|inland|inside|deep|wide|at|on|and"
    rf"|in)\b)[\w'’,.-]+{GAP}){{0,5}}?"
    rf"{_LINE}\b",
    re.IGNORECASE,
)
LENGTH_APART = re.compile(rf"\b{_LINE}\b,?{GAP}(?:is{GAP}|about{GAP}|some{GAP})*$", re.IGNORECASE)
LENGTH_BEFORE = re.compile(
    rf"\b{_LINE}\b(?:{GAP}(?!(?:at|near|about|in)\b)[\w'’-]+){{0,4}}?{GAP}(?:of|is|runs|ran|for|over|stretch(?:es|ed"
    rf"|ing)?|total(?:s"
    rf"|ling)?)(?:{GAP}(?:some|about|around|nearly))?{GAP}$",
    re.IGNORECASE,
)
# Goods and measures that are no energy
NO_ENERGY = re.compile(
    r"\s*(?:\)\s*)?of\s(?:[\w-]+\s){0,2}?(?:rice|wheat|grain|maize|corn|soya|sugar|food|aid|equipment"
    r"|explosives?|hexogen|tnt|dynamite|cement|sand"
    r"|copper|aluminium|cables?|busbars?|wires?|scrap|metal|iron|steel|co2|carbon|emissions|drugs|cocaine|waste"
    r"|pressure|strain|diameter|wall|setpoint|smys"
    r"|respondents|vehicles)\b",
    re.IGNORECASE,
)
