"""The classifiers' small lexicon: what a word stands for, so that a rare word counts as its kind.

A trailing `*` takes every ending. Entries of two or three words match neighbouring words. The models weigh the concepts
themselves and in pairs within a sentence (an energy work beside a threat), so an entry here asserts nothing alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

ENERGY = ("oil_work", "gas_work", "power_work", "nuclear_work", "coal_work", "fuel", "energy_ship", "energy_body")

CONCEPTS: dict[str, str] = {
    # energy works and fuels
    "oil_work": "refiner* oilfield* oil-field* wellhead* wellsite* drillship* fpso petrochemical* pemex petroperu pdvsa "
    "aramco|oil well|oil wells|oil field|oil fields|oil line|oil lines|oil pipeline*|crude line|crude pipeline*|"
    "oil terminal*|oil port*|oil platform*|oil rig*|oil depot*|oil facilit*|oil tank*|oil installation*|pump station*|"
    "pumping station*|tank farm*|storage tank*|fuel depot*|fuel tank*|fuel store*|fuel storage|fuel terminal*|"
    "fuel pipeline*|products pipeline*|product pipeline*|petroleum depot*|products line|gathering line*|oil complex|"
    "exploration camp|exploration site|drilling rig*|drilling platform*|crude tank*|crude oil pipeline*|oil storage|"
    "oil barge|oil sands|oil plant*|gasoline line*|loading buoy*|druzhba|oil export*|crude export*|oil output|"
    "oil production|crude output",
    "gas_work": "lng fsru gazprom naftogaz gasfield* regasification liquefaction|gas pipeline*|gas line*|gas field*|"
    "gas plant*|gas facilit*|gas storage|gas complex|gas processing|gas terminal*|gas main|gas mains|gas link*|"
    "gas transit|gas export*|gas suppl*|gas deliver*|gas flow*|transmission pipeline*|compressor station*|compressor|"
    "nord stream|natural gas|gas valve*|gas cavern*|gas network*|gas duct*|liquefied natural|gas gathering|gas hub",
    "power_work": "substation* pylon* grid grids interconnector* hydroelectric hydropower transformer* switchgear "
    "megawatt* mw utility utilities electricity kv turbine* scada|power plant*|power station*|power grid*|power line*|"
    "power lines|power cable*|power network*|transmission line*|transmission tower*|high voltage|high-voltage line*|"
    "generating station*|thermal plant*|wind farm*|wind turbine*|solar park*|solar farm*|hydro plant*|hydro station*|"
    "power supply|power suppl*|power system*|power outage*|power cut*|power failure*|power generation|heat and power|"
    "energy system|energy facilit*|energy infrastructure|energy grid|control room*|transmission tower*|"
    "energy installation*|energy site*|energy sector",
    "nuclear_work": "reactor* nuclear iaea uranium centrifuge* radioactive radiation tepco energoatom scram|"
    "nuclear plant*|nuclear power|atomic power|atomic energy|spent fuel|fuel rod*|cooling water",
    "coal_work": "coal colliery lignite coalfield* pit pits methane|coal mine*|coal miner*|coal-fired|coal train*",
    "fuel": "oil gasoline petrol diesel crude kerosene naphtha lpg fuel fuels petroleum condensate mazut gasoil propane "
    "barrel* bpd bbl brent wti urals transmix yellowcake|jet fuel|heating oil|fuel oil|cubic metre*|cubic meter*",
    "energy_ship": "tanker* supertanker* vlcc suezmax aframax|oil tanker*|gas carrier*|lpg carrier*|lng carrier*|"
    "product tanker*|crude carrier*|chemical tanker*|shadow fleet|dark fleet|supply vessel*|storage vessel*",
    "energy_body": "shell bp exxon* chevron totalenergies eni equinor sonatrach petrobras petronas pertamina rosneft "
    "lukoil transneft eskom enbridge transcanada energoatom ukrenergo naftogaz kinder adnoc sinopec cnooc ongc cpc|"
    "oil company|oil firm|oil major*|gas company|energy company|energy companies|energy firm*|energy minist*|"
    "oil minist*|oil compan*|energy suppl*|energy securit*|grid operator*|pipeline operator*|pipeline compan*|"
    "oil worker*|energy crisis|power distributor|electricity compan*|electricity utility|power company",
    "pipe": "pipeline* pipe pipes trunkline* valve* riser*",
    # deliberate harm
    "attack": "attack* bomb bombs bombed bombing* blast* blew detonat* dynamit* ambush* assault* storm stormed gunfire "
    "shot shoot* fired raid* torch* ablaze kidnap* abduct* hostage* explosive* arson* assailant* hijack*|blown up|"
    "blow up|opened fire|set fire|set ablaze|set on fire|car bomb*|suicide bomb*",
    "weapon": "drone* missile* rocket* shell shells shelling shelled mortar* artillery uav uavs warhead* grenade* mine "
    "mines limpet gunmen gunman rifle* armed weapon* ied ieds bullet* snipers shahed*|cruise missile*|naval drone*|"
    "ballistic missile*|air strike*|airstrike*|unmanned aircraft|explosive device*|explosive boat*",
    "military": "army troops soldier* military forces warplane* jets airstrike* frontline occupied occupation war wartime "
    "invasion invad* ceasefire coalition navy naval warship* bombard* battalion commander* artillery general shelling "
    "houthi* insurgent* militia* islamic|air force|armed forces|air defence|air defense|general staff|"
    "defence ministry|defense ministry|front line|russian forces|air raid*|islamic state|revolutionary guard*",
    "militant": "guerrilla* rebel* militant* separatist* terrorist* terrorism extremist* tribesmen maoist* eln farc mend "
    "ulfa pkk insurgent* jihadist* taliban commando*",
    "sabotage": "sabotag* saboteur* tamper* deliberate* vandal* sawn unbolted loosened severed insider hybrid covert "
    "anchor* suspicious slashed|cut through|foul play|shadow fleet",
    "cyber": "cyber* hacker* hack hacked hacking malware ransomware phishing ddos virus worm firmware vulnerabilit* "
    "scada plc intrusion breach* exploit* cve cvss botnet encrypted password* authentication|denial of service|"
    "cyber attack*|command injection|remote code",
    "threat": "threat* warn* vow* ultimatum plot plotted plotting foiled|would be attacked",
    "theft": "theft* thief thieves steal* stole stolen siphon* tapping bunkering smuggl* looted looting robber* robbed "
    "pilfer* huachicol*|illegal tap*|illegal connection*|black market",
    "unrest": "protest* demonstrat* blockade* blockad* riot* picket* walkout* striker* strikers union unions sit-in "
    "activist* villagers occupied unrest lockout roadblock* uprising|went on strike|on strike|labour strike|"
    "strike over pay|walk out|walked out|road block*|general strike|indefinite strike",
    "pirate": "pirate* piracy boarded boarding skiff* hijack* anchorage berthed seamen crew crewmen|armed robber*",
    "sea": "sea strait gulf ship ships vessel* shipping canal maritime offshore coastguard port navigat* seabed undersea "
    "subsea sailed mooring harbour harbor moored nm ukmto sailors bosphorus hormuz convoy*",
    # mishaps and nature
    "accident": "explosion* explod* fire fires leak leaks leaked leaking leakage spill* burst ruptur* crack* corrosion "
    "collapse* collided collision aground grounding capsiz* derail* overheat* fault faults malfunction* breakdown* trip "
    "tripped trips released release escaped accident* mishap blaze flames blast crash* overflow* sheen pinhole gasket "
    "flange seal excavator digger failed failure failures|technical failure|technical fault|equipment failure|"
    "caught fire|broke out|struck the line|third party",
    "weather": "hurricane* storm storms cyclone* typhoon* flood floods flooding tornado* lightning snow ice icy freez* "
    "frost blizzard heatwave drought earthquake quake tsunami landslide* volcan* lava wildfire* gale* monsoon winds "
    "jellyfish geomagnetic eruption reservoir* tremor|heat wave*|cold snap|freezing rain|solar storm|tropical storm|"
    "magnitude|high winds|low water|extreme weather",
    # consequences
    "disrupt": "halt* shut shutdown* shuts shutting suspend* outage* blackout* interrupt* disrupt* curtail* stopped "
    "offline closed closure idle* cut cuts evacuat* restart* resum* dark darkness tripped|force majeure|"
    "without power|without electricity|shut in|shut down|cut off|knocked out|out of service|load shedding|"
    "load-shedding|turned off|power cut*|power outage*|rolling blackout*|planned maintenance|in the dark",
    "shortage": "shortage* ration* scarc* queue* shortfall* deficit emergency reserve stocks stockpile* dwindl*|ran out|"
    "run out|runs dry|lack of fuel|conserve|save energy|tight supply|low stocks|strategic reserve|panic buying",
    # states, law, market
    "sanction": "sanction* embargo* blacklist* ban bans banned waiver* expropriat* nationalis* nationaliz* tariff* "
    "confiscat* seize* seizure|price cap*|export ban*|asset freeze|frozen assets",
    "court": "court* judge judges jury tribunal arbitrat* prosecut* lawsuit* sued indict* charged convicted sentenced "
    "verdict fine fined penalt* arrest* warrant* plead* trial law bill regulat* ruling ruled inquiry licence license "
    "permit investigat*",
    "diplomacy": "minister* foreign ambassador* envoy* diplomat* talks negotiat* treaty summit mediat* accus* border "
    "agreement dispute* bilateral kremlin nato un eu security council neighbours|foreign ministry|prime minister|"
    "security council|united nations|european union|called on|territorial",
    "market": "price prices futures traders spot benchmark opec opec+ inventories quota* premium* spread* analysts surged "
    "rally settled demand supply exports imports glut margins|per barrel|a barrel|barrels a day|barrels per day|"
    "output cut*|production cut*|crude futures|million barrels",
    # ordinary business and other worlds
    "finance": "profit* earnings dividend* shares shareholder* quarter quarterly revenue* investor* merger acquisition "
    "stake acquires acquire bond loan financing valuation buyback ebitda guidance fund*|net income|full-year",
    "project": "contract* awarded tender* bids auction construction build* plans planned developer* consent milestone "
    "install* commission* launch* unveil* order orders deliver capacity feasibility pilot inaugurat* groundbreaking "
    "ppa factory supplier|joint venture|power purchase|first power|first oil|letter of intent",
    "people": "appoint* chairman executive ceo cfo joins names retire* successor award* prize university museum",
    "climate": "climate emissions carbon decarbon* renewables hydrogen sustainab* greenhouse net-zero|net zero",
    "sport": "match goal goals coach league striker season team cup championship penalty midfield* player* stadium "
    "tournament race fans",
    "arts": "film novel series painting* album theatre exhibition author actor actress book drama episode museum game "
    "gamers thriller fiction movie|the book|video game",
    "tech": "software app data server* cloud website database engineers users startup dashboard algorithm platform "
    "internet computer* telecom phone network",
    "home": "house flat apartment* kitchen household* boiler bill bills restaurant building tenants residential "
    "gas bottle cylinder landlord terraced homes stove|cooking gas|gas cylinder*|household gas",
    "road": "lorry truck* motorway highway driver motorists bus cars road junction|filling station*|petrol station*|"
    "gas station*",
    "health": "hospital* patients doctors disease vaccine covid pandemic heart virus-test clinic nurses medical",
    "politics": "election* parliament party votes voters president coalition campaign referendum congress opposition",
    "food": "milk wheat grain olive palm coconut harvest farmers wine fish meat food",
    "past": "anniversary commemorat* memorial veterans remembered history decades wreath museum",
    "drill": "exercise* drill drills rehears* simulat* scenario tabletop practise* practised",
    "denial": "denied denies deny denial false unfounded rumour* rumor*",
}  # fmt: skip


_Phrase = tuple[tuple[str, ...], str]  # the words after the first, and the concept


def _compile() -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]], dict[str, list[_Phrase]]]:
    exact: dict[str, list[str]] = {}
    stems: dict[str, list[str]] = {}
    phrases: dict[str, list[_Phrase]] = {}
    for concept, entries in CONCEPTS.items():
        words, *longer = entries.split("|")
        for entry in words.split():
            target = stems if entry.endswith("*") else exact
            target.setdefault(entry.rstrip("*"), []).append(concept)
        for phrase in longer:
            first, *rest = phrase.split()
            if rest:
                phrases.setdefault(first, []).append((tuple(rest), concept))
            else:
                target = stems if first.endswith("*") else exact
                target.setdefault(first.rstrip("*"), []).append(concept)
    return (
        {word: tuple(sorted(set(concepts))) for word, concepts in exact.items()},
        {stem: tuple(sorted(set(concepts))) for stem, concepts in stems.items()},
        phrases,
    )


_EXACT, _STEMS, _PHRASES = _compile()


@lru_cache(maxsize=65_536)
def word_concepts(word: str) -> tuple[str, ...]:
    """Names the concepts that a lower-case word stands for by itself."""
    found = set(_EXACT.get(word, ()))
    for end in range(2, len(word) + 1):
        if (concepts := _STEMS.get(word[:end])) is not None:
            found.update(concepts)
    return tuple(sorted(found))


def sentence_concepts(words: Sequence[str]) -> set[str]:
    """Names the concepts in one sentence of lower-case words, phrases included."""
    found: set[str] = set()
    for position, word in enumerate(words):
        if concepts := word_concepts(word):
            found.update(concepts)
        if (phrases := _PHRASES.get(word)) is not None:
            found.update(_phrase_concepts(phrases, words, position + 1))
    return found


def _phrase_concepts(phrases: Sequence[_Phrase], words: Sequence[str], start: int) -> Iterator[str]:
    for rest, concept in phrases:
        if len(words) - start >= len(rest) and all(
            words[start + i].startswith(pattern[:-1]) if pattern[-1] == "*" else words[start + i] == pattern
            for i, pattern in enumerate(rest)
        ):
            yield concept
