"""What a clause says outright of a figure in it: by its verb, the size of a works, a cargo, a theft."""

from __future__ import annotations

import re

from nlp.numbers import GAP
from nlp.quantity_cues import CAPACITY_WORDS, FACILITY, THROUGHPUT_WORDS

# The clause's own verb behind the figure: "52,277 megawatts of generation were out", "71,000 b/d had been recovered"
_VERB_LEAD = (
    rf",?(?:{GAP}each)?(?:{GAP}of{GAP}(?:(?!(?:was|were|is|are|had|has"
    rf"|have)\b)[\w'’,-]+{GAP}){{1,8}}?(?:(?<=,\s)(?:or\s|about\s|some\s|around\s|nearly\s"
    rf"|roughly\s)?\d[^,;]{{1,30}},{GAP})?|{GAP}(?:in{GAP}\w+{GAP})?)"
    rf"(?:(?P<modal>(?:could|would|might|may)(?!{GAP}not\b))(?:{GAP}then)?(?:{GAP}have{GAP}to)?{GAP})?"
    rf"(?:(?:was|were|is|are|be|been|being|has|have|had|could|still|now|also|already|remain(?:s|ed)?|stay(?:s|ed)?|due"
    rf"|currently|temporarily|automatically|reported|will|to){GAP}){{1,5}}"
)
OUT_AFTER = re.compile(
    rf"{_VERB_LEAD}(?:(?P<lost>out\b(?!{GAP}of{GAP}(?:danger|the))|shut|off-?line|off{GAP}(?:line|the{GAP}(?:grid"
    rf"|market|system))"
    rf"|lost|down\b|unavailable|idled?|halted|stopped|stranded|knocked|cut\b|shed|curtailed|tripped|suspended|deferred"
    rf"|destroyed|closed|missing|withheld|held{GAP}back|wiped|removed|disconnected|sidelined|disrupted|interrupted"
    rf"|put{GAP}back|spoiled|wasted|ruined|stopped{GAP}from|unable{GAP}to|not{GAP}(?:be{GAP})?(?:moved|exported"
    rf"|delivered|supplied|produced|shipped|sent)|delayed|held{GAP}up|postponed|missed|forced{GAP}out"
    rf"|left{GAP}stranded|blacked{GAP}out)"
    rf"|(?P<restored>back\b|restored|resumed|reconnected|returned|restarted|reinstated|regained|recovered)"
    rf"|(?P<spilled>spilled|spilt|leaked|released|discharged|vented|lost{GAP}to{GAP}the))(?!\w)",
    re.IGNORECASE,
)
# "down 300,000 b/d to 1.1 million", "17 per cent lower", "200,000 b/d below the level before"
DOWN_BEFORE = re.compile(
    r"\b(?:down|short|off)\s+(?:by\s+)?(?:an?\s+)?(?:(?:about|some|around|nearly|a\sfurther|another)\s+)?$",
    re.IGNORECASE,
)
DOWN_AFTER = re.compile(
    rf"(?:{GAP}(?:a{GAP}day|per{GAP}day))?{GAP}(?:below|lower|less|down|short{GAP}of)\b", re.IGNORECASE
)
TO_NOTHING = re.compile(rf"{GAP}to{GAP}(?:zero|nil|nothing|nought|0(?![.,\d]))(?!\w)", re.IGNORECASE)
BACK_TO = re.compile(
    r"\b(?:recover(?:s|ed|ing)?|rebound(?:s|ed|ing)?|c[ao]me\sback|back\sup|back|return(?:s|ed|ing)?|restored"
    r"|resum(?:es|ed|ing)"
    r"|climb(?:s|ed|ing)\sback)\s+(?:up\s+)?(?:to|at)\s+(?:an?\s+|about\s+|some\s+|nearly\s+)?$",
    re.IGNORECASE,
)
RESTARTED_BEFORE = re.compile(
    r"\b(?:restart(?:s|ed|ing)?|re-?open(?:s|ed|ing)?|resum(?:es|ed|ing)|br(?:ings?|ought|inging)\sback|reconnect(?:s"
    r"|ed|ing)?"
    r"|re-?energi[sz](?:es|ed|ing)|return(?:s|ed|ing))(?:\s(?:its|the|an?|their|work\sat|production\sat|output\sat"
    r"|operations\sat"
    r"|all|of|entire|giant|main|nearby|to))*\s+$",
    re.IGNORECASE,
)
# "the refinery, of 360,000 bpd,", "unit 3, rated at 910 MW,", "a train with 4.5 million tonnes a year"
SIZE_BEFORE = re.compile(
    rf"\b(?:{FACILITY})(?:\s(?:[\w'’-]+)){{0,3}}?,?\s(?:of|with|rated\sat|sized|with\sa\scapacity\sof"
    rf"|with\scapacity\sof"
    r"|with\sa\s(?:total|combined|capacity)\sof|totall?ing|together)\s(?:(?:about|some|around|nearly|together)\s)?$",
    re.IGNORECASE,
)
# What is wanted, allowed or aimed at flows nowhere: "peak demand 1,480 MW", "380,000 above its quota"
WANTED_BEFORE = re.compile(
    r"\b(?:peak(?:\s(?:demand|load))?|demand|(?:a|the|system|grid|record)\sload(?=\s(?:of|reached|is|was))|needs?"
    r"|requirements?|quotas?|targets?|ceilings?|goals?|limits?)"
    r"(?:\s(?:of|at|is|was|stood|stands|reached|near|for|to|set|put|expected|about|some|around|nearly))*[\s:]+$",
    re.IGNORECASE,
)
AT_FULL = re.compile(rf"{GAP}(?:when|at|if){GAP}(?:full|running{GAP}full)\b", re.IGNORECASE)
# Shares that a buyer takes are no flow of the seller's: "takes 70 % of its fuel from"
BOUGHT_BEFORE = re.compile(
    r"\b(?:tak(?:es?|ing)|took|g[eo]ts?|buys?|buying|bought|imports?|importing|imported|relies|rely|relied|depends?"
    r"|depended"
    r"|dr[ae]ws?|receiv(?:es?|ed))\s(?:on\s)?(?:\w+\s){0,3}$",
    re.IGNORECASE,
)
OR_LOSE = re.compile(
    r"\b(?:until|unless|ultimatum|threat\w*|vow\w*|warn\w*|given|gave)\b[^.;]{0,120}\b(?:or|would)\s(?:\w+\s)?(?:lose"
    r"|forfeit|face)\b[^.;]{0,30}$",
    re.IGNORECASE,
)
# "The blast cost Iraq half of its exports"
COST_BEFORE = re.compile(r"\bcost(?:s|ing)?\s(?:(?!of\b)[\w'’-]+\s){0,5}$", re.IGNORECASE)
# "the unit, 140,000 b/d, came off stream"
SIZE_APART = re.compile(rf"\b(?:{FACILITY}),\s$", re.IGNORECASE)
# What a state's reserve gives away
GIVEN_FROM_RESERVE = re.compile(
    r"\b(?:offer|sell|sold|lend|lent|swap|releas\w+|draw|tap|weigh|auction)\w*\b[^.;]{0,40}$", re.IGNORECASE
)
# A relative clause decides by its own verb: "the line, which moves 1.3 million b/d, was stopped"
RELATIVE = re.compile(
    rf"\b(?:which|that|who)\s(?:(?:now|also|normally|usually|typically|still|once|itself|together|alone|has"
    rf"|had)\s){{0,3}}"
    rf"(?:(?P<capacity>{CAPACITY_WORDS})|(?P<throughput>{THROUGHPUT_WORDS}))"
    rf"\s+(?:(?:about|some|around|nearly|roughly|almost|close\sto|up\sto|over|more\sthan|as\smuch\sas)\s)?$",
    re.IGNORECASE,
)
RUINED_BEFORE = re.compile(
    r"\b(?:destroy(?:ed|ing|s)|burn(?:ed|t|ing)(?:\sup)?|ruined|spoiled|wip(?:ed|ing)\sout|consumed"
    r"|swallowed)\s(?:(?:about|some|around|nearly|over|at\sleast)\s)?$",
    re.IGNORECASE,
)
TAKEN_OUT = re.compile(
    rf"(?:{GAP}of(?:{GAP}[\w-]+){{1,3}}?)?{GAP}(?:out{GAP}of{GAP}(?:service|action|operation)|off-?line"
    rf"|off{GAP}(?:line|the{GAP}(?:grid|system|market|bars))|standing)\b",
    re.IGNORECASE,
)
WOULD_GO = re.compile(
    rf"{GAP}(?:would|could|might){GAP}(?:then{GAP})?(?:go\b|vanish|disappear|be{GAP}(?:lost|gone|cut|missing"
    rf"|unavailable)|fall{GAP}away|have{GAP}to{GAP}be)",
    re.IGNORECASE,
)
ADDED_ROOM = re.compile(r"\badd(?:s|ed|ing)?\s(?:some\s|about\s|another\s)?$", re.IGNORECASE)
ROOM_AFTER = re.compile(rf"{GAP}(?:of{GAP}(?:[\w-]+{GAP})?)?(?:storage|capacity)\b", re.IGNORECASE)
WANTED_AFTER = re.compile(
    rf"{GAP}(?:of{GAP}(?:peak{GAP})?demand\b|(?:above|over|below|under|beyond){GAP}(?:its|their|the|his){GAP}"
    rf"(?:\w+{GAP})?(?:quotas?|targets?|ceilings?|limits?)|quota\b)",
    re.IGNORECASE,
)
TAKEN_AFTER = re.compile(
    rf"(?:{GAP}of(?:{GAP}(?!(?:was|were)\b)[\w'’-]+){{1,4}}?)?{GAP}(?:(?:was|were|had|has|have|been|being|is|are"
    rf"|believed|to|thought"
    rf"|later){GAP}){{0,6}}(?:siphon\w*|stolen|drawn{GAP}off|(?:gone|went){GAP}missing|seized|confiscated|skimmed"
    rf"|vacuumed"
    rf"|carried{GAP}(?:away|off)|looted|tapped|smuggled|pumped{GAP}(?:to|into|onto){GAP}(?:an?|another))\b",
    re.IGNORECASE,
)
# A level at which something started again: "restarted at 75% of the usual rate"
AGAIN_AT = re.compile(
    r"\b(?:restart\w*|resum\w+|reopen\w*|came\sback|began\sagain|started\sagain)\b[^.;,]{0,60}\bat\s+(?:\w+\s)?$",
    re.IGNORECASE,
)
# A loss told in a participle under a plan: "will walk out on Tuesday, cutting output by 89,000 b/d"
PLANNED_LOSS = re.compile(
    r"\b(?:will|(?:is|are)\s(?:due|set|about|expected|likely|scheduled)\sto|plan(?:s"
    r"|ned)?\sto)\b[^.;]{0,140}?,[^.;]{0,30}?"
    r"\b(?:cutting|taking|shutting|removing|stopping|halting|reducing|costing|idling|depriving|putting)\b[^.;]{0,60}$",
    re.IGNORECASE,
)
SHIP_AROUND = re.compile(
    r"\b(?:tankers?|vessels?|ships?|carriers?|barges?|vlccs?|suezmax|aframax|freighters?|dhows?|boats?|fsru|fso|fpso"
    r"|trawlers?"
    r"|trains?|lorr(?:y|ies)|trucks?|wagons?|convoys?|road\stankers?|railcars?|cargo(?:es)?"
    r"|hull|wreck|coasters?|(?:m/?[tv]|ss)\s)\b",
    re.IGNORECASE,
)
LADEN = re.compile(
    r"\b(?:carrying|carried|carries|laden(?:\swith)?|loaded\swith|fully\sloaded|with|cargo(?:es)?(?:\sof)?|hold(?:s"
    r"|ing)?|transporting"
    r"|aboard|on\sboard|full\sof|bearing|bringing|hauling)\b(?:[\s,]+(?!(?:was|were|and|but)\b)[\w'’-]+){0,4}?[\s,]*$",
    re.IGNORECASE,
)
LADEN_AFTER = re.compile(
    rf"(?:{GAP}of(?:{GAP}[\w-]+){{1,4}}?)?{GAP}(?:aboard|on{GAP}board|in{GAP}(?:its|her|the|their){GAP}(?:holds?"
    rf"|tanks?)|cargo\b)",
    re.IGNORECASE,
)
USUAL_BEFORE = re.compile(r"\b(?:its|the|their|a)\s(?:usual|normal|regular|typical|customary)\s$", re.IGNORECASE)
RUNNING_AFTER = re.compile(
    rf",?{GAP}(?:of{GAP}[\w-]+{GAP})?(?:(?:have|has|had){GAP}run\b|(?:is|are|was|were"
    rf"|kept){GAP}(?:still{GAP})?running|ran\b(?!{GAP}(?:into|out|aground)))",
    re.IGNORECASE,
)
AVAILABLE_BEFORE = re.compile(r"(?<!un)(?<!\w)available(?:\scapacity)?[:\s]+(?:is\s|of\s)?$", re.IGNORECASE)
FORCED_OUT = re.compile(r"^\W*(?:forced|unplanned)\s(?:outage|unavailability|shutdown)\b", re.IGNORECASE)
# "whose units can run 8.8 million tonnes a year": what it can do, whatever the verb
CAN_DO = re.compile(
    r"\b(?:can|could)\s(?:\w+ly\s|still\s|now\s|also\s)?(?!lose|be\b|cut|fall|drop|stop|remove|shut|cost|halt|last"
    r"|take\saway|reach)\w+"
    r"(?:\s(?:in|out|up|down))?\s(?:(?:about|some|around|nearly|up\sto|over|roughly)\s)?$",
    re.IGNORECASE,
)
# What thieves take is gone from the owner, but the codebook keeps it apart from what stopped
THEFT_BEFORE = re.compile(r"\b(?:thefts?|thieves|bunkerers?|st[eo]l\w+)\b[^.;]{0,45}$", re.IGNORECASE)
RAISED_BY = re.compile(
    r"\b(?:lift|rais|boost|increas|expand|rais|hik|ramp)\w*\s(?:\w+\s){0,3}?(?:outputs?|production|exports?|suppl(?:y"
    r"|ies)|quotas?|targets?|pumping"
    r"|flows?|capacity)\s(?:\w+\s){0,3}?by\s(?:\w+\s)?$|\bup\s(?:by\s)?$",
    re.IGNORECASE,
)
LARGEST_AT = re.compile(r"\b(?:largest|biggest|smallest|oldest)\b[^.;]{0,30},?\s(?:at|with)\s$", re.IGNORECASE)
SPILL_RATE = re.compile(
    r"\b(?:leak|spill|release|discharge|seep\w*|slick)s?\b[^.;]{0,20}\b(?:rate|of|at)\b[^.;]{0,12}$", re.IGNORECASE
)
FUTURE = re.compile(r"\b(?:will|(?:is|are)\s(?:due|set|scheduled)\sto|to)\s(?:be|go|stay|remain|come)\b", re.IGNORECASE)
STILL_IN = re.compile(
    rf"(?:{GAP}of(?:{GAP}[\w-]+){{1,4}}?)?{GAP}(?:is|are|was|were|remain(?:s|ed)?|l(?:ies"
    rf"|ay))(?:{GAP}still)?{GAP}(?:in|inside|aboard|left)\b",
    re.IGNORECASE,
)
AGAIN_AFTER = re.compile(rf"(?:{GAP}(?!and\b|but\b)[\w-]+){{0,2}}?{GAP}again\b", re.IGNORECASE)
SHARE_CUT = re.compile(
    rf"{GAP}(?P<fall>cut|drop|fall|reduction|decline|loss"
    rf"|slump)s?\b(?P<wanted>{GAP}in{GAP}(?:[\w-]+{GAP}){{0,3}}?(?:use|demand|consumption))?",
    re.IGNORECASE,
)
