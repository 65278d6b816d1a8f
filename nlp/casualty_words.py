"""Who is counted, and by which words as killed, hurt, missing, held or taken."""

from __future__ import annotations

from typing import Literal

CasualtyKind = Literal["killed", "injured", "missing", "detained", "kidnapped"]
Whose = Literal["victims", "perpetrators", "unknown"]

# Trades and ranks that copy names its victims by
_TRADES = (
    r"fitters?|pipefitters?|builders?|marines?|linesm[ae]n|linem[ae]n|repairm[ae]n|clerks?|riggers?"
    r"|roughnecks?|roustabouts?|scaffolders?"
    r"|stokers?|mechanics?|plumbers?|cooks?|stewards?|nurses?|teachers?|cleaners?|diggers?|divers?"
    r"|surveyors?|geologists?|scientists?"
    r"|researchers?|trainees?|apprentices?|interns?|subcontractors?|helpers?|assistants?|motorcyclists?"
    r"|cyclists?|bikers?|traders?|vendors?"
    r"|shopkeepers?|shoppers?|hawkers?|fisherm[ae]n|fishers|herders?|shepherds?|peasants?|townspeople"
    r"|townsm[ae]n|neighbou?rs?|relatives?"
    r"|pilgrims?|worshippers?|hostages?|captives?|lieutenants?|sergeants?|colonels?|constables?|gendarmes?"
    r"|rangers?|sentr(?:y|ies)|commandos?"
    r"|paratroopers?|reservists?|peacekeepers?|observers?|volunteers?|prisoners?|inmates?|refugees?"
    r"|guests?|spectators?|onlookers?"
    r"|passers-?by|holidaymakers?|bab(?:y|ies)|twins|elders?|lawmakers?|mayors?|diplomats?|lawyers?"
    r"|reporters?|cameram[ae]n|photographers?"
    r"|translators?|interpreters?|bosuns?|stevedores?|dockers?|longshorem[ae]n|deckhands?|pumpm[ae]n"
    r"|machinists?|operatives?|dispatchers?"
    r"|skippers?|scavengers?|painters?|carpenters?|masons?|stowaways?|townsfolk|schoolchildren|colliers?"
    r"|pitm[ae]n|loaders?|lorry\sdrivers?"
    r"|firefighting\screw|grid\sworkers?|handlers?|cooks?|porters?|dignitaries|bystanders?|pickets?"
    r"|security\sm[ae]n|ratings?|hands"
)
VICTIM = (
    r"people|persons?|workers?|employees?|staff(?:ers)?|personnel|crew(?:m[ae]n|members?)?|guards?|soldiers?"
    r"|troops|servicem[ae]n|police(?:m[ae]n)?|officers?|civilians?"
    r"|residents?|villagers?|children|child|kids?|wom[ae]n|m[ae]n|girls?|boys?|engineers?|technicians?|drivers?"
    r"|sailors?|seafarers?|seam[ae]n|mariners?|fishermen|passengers?"
    r"|firefighters?|firem[ae]n|rescuers?|miners?|contractors?|operators?|others?|victims?|locals?|nationals?"
    r"|citizens?|foreigners?|colleagues?|members?|students?|pupils|farmers?"
    r"|bystanders?|pedestrians?|welders?|electricians?|captains?|masters?|pilots?|bodyguards?|watchm[ae]n"
    r"|security\sforces|expatriates?|experts?|technicians|journalists?|families"
    r"|individuals?|occupants?|bodies|body|customers|homeowners?|motorists?|couple|brothers?|sisters?|sons?"
    r"|daughters?|mothers?|fathers?|toddlers?|infants?|teenagers?|inhabitants"
    r"|inspectors?|labou?rers?|supervisors?|foreman|cadets?|oilers?|chief\sofficer|mates?|officials?|executives?"
    r"|managers?|migrants?|tourists?|commuters|patients?|recruits|conscripts?"
    r"|sappers?|deminers?|medics?|doctors?|paramedics?|technical\sstaff|adults?|pensioners?|lives|souls"
    r"|escorts?|linesmen|wives|wife|husband|father|mother"
    rf"|{_TRADES}"
)
CULPRIT = (
    r"attackers?|assailants?|militants?|gunm[ae]n|robbers?|suspects?|pirates?|insurgents?|terrorists?|bombers?"
    r"|rebels?|fighters?|thieves|thief|perpetrators?|extremists?|hijackers?"
    r"|intruders?|bandits?|saboteurs?|guerrillas?|raiders?|culprits?|criminals?|vandals?|smugglers?|kidnappers?"
    r"|arsonists?|jihadis?t?s?|separatists?|infiltrators?|oil\sthieves|hackers?|invaders"
)
PROTESTER = r"protest[eo]rs?|demonstrators?|activists?|strikers?"
ANIMAL = (
    r"birds?|sheep|cattle|cows?|fish|animals?|livestock|turtles?|goats?|horses?|dogs?|cats?|camels?|ducks?|geese"
    r"|seals?|dolphins?|whales?|pelicans?|swans?|chickens?|pigs?|deer|bees|seabirds?|penguins?|crabs?|eagles?"
)
PERSON = rf"(?:{VICTIM}|{CULPRIT}|{PROTESTER})"
# "killing five Indians", "four Filipinos were missing": a nationality stands for its people only behind a figure
NATIONALS = (
    r"(?:(?-i:[A-Z])[a-z]{2,}(?:ans|ians|is|men|ese|inos|eks|ards|ons|oles|anes|inns|tons|ks|Turks|Swedes)"
    r"|(?:French|British|Dutch|Chinese|Japanese|Vietnamese)(?=\s+(?:were|was|are|have|had|died)))"
)
PEOPLE = rf"(?:{PERSON}|{NATIONALS})"

ADVERB = (
    r"also|later|reportedly|seriously|severely|critically|slightly|lightly|badly|fatally|instantly|already"
    r"|confirmed|feared|presumed|believed|reported|said|known|found|officially|still|then|all|both|either"
    r"|thought|to\shave|to\sbe|currently|mortally|gravely|minorly|mildly|subsequently|initially|since|tragically"
    r"|accidentally|immediately|dead\sor"
)
AUX = rf"(?:was|were|are|is|be|been|being|has|have|had|got|gets?|remain(?:s|ed)?|went|lay|lie|{ADVERB})"
CUES: dict[CasualtyKind, str] = {
    "killed": (
        r"killed|dead|died|dies|die|dying|deceased|perished|slain|burn(?:ed|t)\sto\sdeath|electrocuted|shot\sdead"
        r"|lost\stheir\slives?|lost\shis\slife|lost\sher\slife|beheaded|executed|drowned|murdered|passed\saway"
        r"|succumbed|(?:receiv|suffer|sustain)ed\s(?:an?\s)?fatal\s(?:injur(?:y|ies)|burns?|wounds?)"
        r"|fatally\s(?:injured|wounded|shot|burned)|suffocated|asphyxiated|crushed\sto\sdeath|burned\salive"
        r"|scalded\sto\sdeath"
    ),
    "injured": (
        r"injured|wounded|hurt|hospitali[sz]ed|burned|burnt|scalded|maimed|suffer(?:s|ed"
        r"|ing)?\s(?:\w+\s){0,4}?(?:injur(?:y|ies)|burns?|wounds?|bruises|cuts|fractures|concussion)|sustain(?:s|ed"
        r"|ing)?\s(?:\w+\s){0,4}?(?:injur(?:y|ies)|burns?|wounds?)"
        r"|receiv(?:es|ed|ing)\s(?:\w+\s){0,4}?(?:injur(?:y|ies)|burns?|wounds?)|(?:taken|transported|rushed"
        r"|airlifted|flown|admitted)\sto\s(?:(?:a|the|an|local|nearby|area|\w+)\s){0,3}?hospitals?|treated\sfor"
        r"|(?:cut|hit|struck|grazed)\sby\s(?:\w+\s){0,2}?(?:glass|shrapnel|debris|splinters|bullets?"
        r"|fragments?|gunfire)"
        r"|(?:hit|shot|stabbed|wounded)\sin\sthe\s\w+|in\s(?:a\s)?(?:\w+\s)?(?:hospital|coma|intensive\scare)"
        r"|in\s(?:a\s)?(?:critical|serious|grave|stable)\scondition|(?:ha(?:s|ve|d)|with)\s(?:[\w-]+\s){0,3}?burns"
        r"|had\s(?:[\w-]+\s){0,4}?injuries|(?:stayed|kept|spent)\s(?:\w+\s){1,3}in\s(?:the\s)?hospital"
        r"|checked\sat\s(?:the\s)?hospital"
        r"|beaten(?:\sup)?|bruised|inhal(?:ed|ing)\s(?:\w+\s){0,2}?(?:smoke|gas|fumes|vapou?rs?|chlorine)"
        r"|overcome\sby\s(?:smoke|gas|fumes)|concussed|gassed"
    ),
    "missing": r"missing|unaccounted\sfor|disappeared|lost\sat\ssea|feared\strapped",
    "detained": (
        r"arrested|detained|captured|apprehended|taken\sinto\scustody|in\scustody|nabbed|held\sfor\squestioning"
        r"|placed\sunder\sarrest"
    ),
    "kidnapped": r"kidnapped|abducted|taken\s(?:as\s)?hostages?|held\s(?:as\s)?hostages?|(?:taken|held)\scaptive",
}
ACTIVE: dict[CasualtyKind, str] = {
    "killed": (
        r"kill(?:s|ed|ing)?|shoots?\sdead|shot\sdead|shot\sand\skilled|shooting\sdead|slay(?:s|ing)?|murder(?:s"
        r"|ed|ing)|claim(?:s|ed|ing)\sthe\sli(?:ves|fe)\sof|took\sthe\sli(?:ves|fe)\sof|death(?:s)?\sof"
        r"|electrocut(?:es|ed|ing)|fatally\s(?:injur\w+|wound\w+|shot)|behead(?:s|ed|ing)|execut(?:ed|ing)"
        r"|left\sdead"
    ),
    "injured": (
        r"injur(?:es|e|ed|ing)|wound(?:s|ed|ing)?|hurt(?:s|ing)?|maim(?:s|ed|ing)?|hospitali[sz](?:es|ed|ing)"
        r"|injur(?:y|ies)\sto|burns\sto|burn(?:ed|ing)"
    ),
    "missing": r"missing\sare|search\sfor|searching\sfor",
    "detained": (
        r"arrest(?:s|ed|ing)?|detain(?:s|ed|ing)?|captur(?:es|ed|ing)|apprehend(?:s|ed|ing)?|tak(?:es"
        r"|ing)\sinto\scustody|took\sinto\scustody|nab(?:s|bed|bing)?|arrests?\sof"
    ),
    "kidnapped": (
        r"kidnap(?:s|ped|ping)?|abduct(?:s|ed|ing)?|tak(?:es|ing)\shostage|took\shostage|kidnapping\sof"
        r"|abduction\sof|took|tak(?:ing|es)|seiz(?:ed|es|ing)\s(?=[^.;]{0,40}hostage)"
    ),
}
