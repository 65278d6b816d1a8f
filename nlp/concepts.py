"""The classifiers' small lexicon: what a word stands for, so that a rare word counts as its kind.

A trailing `*` takes every ending. Entries of two or three words match neighbouring words. The models weigh the concepts
themselves and in pairs within a sentence (an energy work beside a threat), so an entry here asserts nothing alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

ENERGY = (
    "oil_work", "gas_work", "power_work", "power_loss", "nuclear_work", "coal_work", "fuel", "energy_ship", "energy_body",
)  # fmt: skip

CONCEPTS: dict[str, str] = {
    # energy works, fuels and bodies: the first eight are ENERGY
    "oil_work": "refiner* oilfield* oil-field* wellhead* wellsite* drillship* fpso petrochemical* cracker hydrocracker "
    "druzhba wellbore* blowout* pumpjack* frack* hydrocarbon*|oil well|oil wells|oil field|oil fields|oil line*|"
    "oil pipeline*|crude line*|crude pipeline*|crude oil|oil terminal*|oil port*|oil platform*|oil rig*|oil depot*|"
    "oil facilit*|oil tank*|oil installation*|oil infrastructure|oil hub|oil site*|oil storage|oil barge*|oil sands|"
    "oil plant*|oil complex|oil export*|oil import*|oil output|oil production|oil industry|oil sector|oil suppl*|oil spill*|oil leak*|"
    "oil slick*|oil price*|oil market*|oil producer*|oil production|oil trade|oil shipment*|oil flow*|oil sheen*|"
    "pump station*|pumping station*|pipeline station*|tank farm*|storage tank*|fuel depot*|fuel tank*|fuel store*|"
    "fuel storage|fuel terminal*|fuel pipeline*|fuel suppl*|fuel deliver*|fuel line*|fuel facilit*|fuel import*|"
    "products pipeline*|product pipeline*|petroleum depot*|petroleum product*|products line|gathering line*|"
    "exploration camp|exploration site*|drilling rig*|drilling platform*|drilling facilit*|offshore platform*|"
    "offshore rig*|offshore oil|offshore gas|production platform*|production vessel*|crude tank*|crude export*|"
    "crude output|crude suppl*|crude shipment*|gasoline line*|loading buoy*|loading point*|single-point mooring*|"
    "export terminal*|marine terminal*|caspian pipeline|oil region|oil workers|oil worker|oil drilling|jack-up rig*|"
    "alkylation unit|distillation unit|strategic petroleum|petroleum reserve*|petroleum facilit*|export pipeline*",
    "gas_work": "lng fsru gasfield* regasification liquefaction turkstream|nord stream|baltic pipe|yamal pipeline|"
    "gas pipeline*|gas line*|gas field*|gas plant*|gas facilit*|gas storage|gas complex|gas processing|gas terminal*|"
    "gas main|gas mains|gas link*|gas transit|gas export*|gas import*|gas suppl*|gas deliver*|gas flow*|gas valve*|"
    "gas price*|gas production|gas output|gas rig*|gas platform*|gas cavern*|gas network*|gas duct*|gas hub*|"
    "gas gathering|gas distribution|gas transport*|gas condensate|gas reserve*|gas crisis|gas infrastructure|"
    "transmission pipeline*|compressor station*|compressor unit|natural gas|liquefied natural|liquefied gas|oil and gas|"
    "gas and oil|gas turbine*|gas drilling|gas exploration|gas deposit*|gas shipment*|russian gas|shale gas",
    "power_work": "substation* sub-station* pylon* grid grids interconnector* interconnection* hydroelectric hydropower "
    "hydro transformer* switchgear megawatt* gigawatt* mw gw kilovolt* kv voltage utility utilities electricity "
    "turbine* geothermal powerhouse switchyard* feeder feeders brownout* loadshedding baseload inverter*|"
    "power plant*|power station*|power grid*|power line*|power cable*|power network*|power sector|power house|"
    "transmission line*|transmission tower*|transmission system|transmission compan*|transmission network|"
    "transmission grid|high voltage|high-voltage line*|high-voltage tower*|high-voltage power|generating station*|"
    "generating unit*|thermal plant*|thermal power|wind farm*|wind turbine*|solar park*|solar farm*|solar plant*|hydro plant*|hydro station*|"
    "hydroelectric dam*|power suppl*|power system*|power generation|power unit*|power barge*|heat and power|"
    "district heating|heating plant*|boiler house*|energy system|energy facilit*|energy infrastructure|energy grid|"
    "energy installation*|energy site*|energy sector|energy object*|energy network*|energy complex|control room*|"
    "power tower*|electric tower*|electric grid|electrical grid|electric power|electrical power|power project*|"
    "load dispatch|system operator*|power link*|power connection*|electrical substation*",
    "power_loss": "blackout* load-shedding brownout*|power outage*|power cut*|power failure*|power loss*|power rationing|"
    "without power|without electricity|without light|no electricity|no power|loses power|lose power|lost power|"
    "loss of power|electricity outage*|electricity cut*|rolling blackout*|load shedding|grid failure*|grid collapse*|"
    "in the dark|in darkness|into darkness|power disruption*|electricity shortage*|power shortage*|electrical outage*|"
    "restore power|restored power|restoring power|power was restored|power restored|power crisis|electricity crisis|"
    "energy crisis|fuel crisis|fuel shortage*|gas shortage*|petrol shortage*|energy shortage*|oil shock|"
    "conserve energy|save energy|save electricity|conserve electricity|power rationing|power demand",
    "nuclear_work": "reactor* iaea uranium centrifuge* radioactiv* tepco energoatom scram rosatom kazatomprom "
    "chernobyl chornobyl fukushima|nuclear plant*|nuclear power|nuclear facilit*|nuclear station*|"
    "nuclear site*|nuclear reactor*|nuclear fuel|nuclear complex|nuclear safety|nuclear accident|nuclear energy|"
    "nuclear waste|nuclear leak|atomic power|atomic energy|spent fuel|fuel rod*|enrichment plant*|enrichment facilit*|"
    "power reactor*|radiation leak*|cooling water",
    "coal_work": "coal colliery collieries lignite coalfield* methane pitmen|coal mine*|coal miner*|coal-fired|"
    "coal train*|coal plant*|uranium mine*",
    "fuel": "oil gasoline petrol diesel crude kerosene naphtha lpg fuel fuels petroleum condensate mazut gasoil propane "
    "barrel* bpd bbl bbls brent wti urals transmix yellowcake opec opec+|jet fuel|heating oil|fuel oil|aviation fuel|"
    "cubic metre*|cubic meter*|cubic feet",
    "energy_ship": "tanker* supertanker* vlcc suezmax aframax|oil tanker*|gas carrier*|lpg carrier*|lng carrier*|"
    "product tanker*|products tanker*|crude carrier*|chemical tanker*|shadow fleet|dark fleet|oil ship*|fuel ship*|"
    "storage vessel*|bunker vessel|bunkering vessel|supply vessel*",
    "energy_body": "aramco pemex petroperu pdvsa gazprom naftogaz shell bp exxon* chevron totalenergies eni equinor "
    "sonatrach petrobras petronas pertamina rosneft lukoil transneft eskom enbridge energoatom ukrenergo kinder adnoc "
    "sinopec cnooc ongc cpc iea tepco kepco edf rwe uniper enel vattenfall engie ecopetrol ypf repsol omv socar "
    "sonangol nnpc dtek novatek petrochina cnpc kazmunaygas ntpc caiso ercot entso-e entsog nerc ferc chornomornaftogaz|"
    "tc energy|colonial pipeline|national oil|oil company|oil firm*|oil major*|oil giant|gas company|gas giant|"
    "gas operator|energy company|energy compan*|energy firm*|energy giant|energy minist*|energy regulator*|oil minist*|"
    "petroleum minist*|electricity minist*|power minist*|oil compan*|energy suppl*|energy securit*|energy emergency|"
    "energy agency|energy authorit*|energy official*|energy department|grid operator*|grid compan*|pipeline operator*|"
    "pipeline compan*|power distributor*|electricity compan*|electricity utilit*|electricity provider*|power compan*|"
    "power authorit*|power distribution|electric compan*|electricity authorit*|power provider*|energy policy|"
    "energy trade|energy export*|energy import*|energy price*|energy market*|energy transit|energy product*",
    "pipe": "pipeline* pipe pipes trunkline* valve* riser* flowline*",
    "tank": "tank tanks storage depot depots terminal terminals platform rig jetty berth",
    # deliberate harm
    "attack": "attack* bomb bombs bombed bomber bombers bombing* blast* blew detonat* dynamit* ambush* assault* storm "
    "stormed gunfire shot shoot* fired raid raids raided raiders torch* ablaze kidnap* abduct* hostage* explosive* "
    "arson* assailant* hijack* strike strikes struck target* destroy* gunned attackers retaliat* barrage bombardment "
    "shelled airstrike*|blown up|blow up|blew up|opened fire|opens fire|set fire|set ablaze|set on fire|sets fire|car bomb*|suicide bomb*|"
    "claimed responsibility|claims responsibility|responsibility for",
    "weapon": "drone* missile* rocket* shell shells shelling shelled mortar* artillery uav uavs warhead* grenade* mine "
    "mines limpet gunmen gunman rifle* armed weapon* ied ieds bullet* snipers sniper shahed* projectile* kalibr "
    "iskander munition* loitering himars quadcopter*|cruise missile*|naval drone*|sea drone*|ballistic missile*|"
    "air strike*|unmanned aircraft|unmanned aerial|explosive device*|explosive boat*|car bomb*|guided bomb*",
    "military": "army armies troops soldier* military forces warplane* fighter jets airstrike* frontline occupied "
    "occupation occupiers war wartime invasion invad* ceasefire truce coalition navy naval warship* bombard* battalion "
    "commander* artillery shelling houthi* insurgent* militia* captured capture captures offensive frontlines combat "
    "marines brigade regiment belligerent* airbase hezbollah hamas isis isil idf paramilitar* rsf|air force|"
    "armed forces|air defence*|air defense*|general staff|defence ministry|defense ministry|ministry of defence|"
    "front line*|russian forces|ukrainian forces|air raid*|islamic state|revolutionary guard*|special forces|"
    "armed conflict|civil war|rebel-held|russian-occupied|security forces|missile strike*|air strike*",
    "militant": "guerrilla* rebel* militant* separatist* terrorist* terrorism extremist* tribesmen maoist* naxal* eln "
    "farc mend ulfa pkk insurgent* jihadist* jihadi* taliban commando* anarchist* al-shabaab al-qaeda bandit* gunmen "
    "avengers tribal",
    "sabotage": "sabotag* saboteur* tamper* deliberate* vandal* sawn unbolted loosened severed insider hybrid covert "
    "slashed unexplained intentional* suspicious undersea seabed divers anchor|cut through|foul play|on purpose|"
    "dragging its anchor|dragged its anchor|had been cut|were cut|were severed|unidentified drones|inside job",
    "cyber": "cyber* hacker* hack hacks hacked hacking malware ransomware phishing ddos virus worm trojan firmware "
    "vulnerabilit* scada plc plcs intrusion breach breached breaches exploit* cve cvss botnet encrypted password* "
    "credential* authentication backdoor* spyware wiper* decrypt* infosec unauthenticated darkside conti lockbit "
    "stuxnet|denial of service|denial-of-service|command injection|remote code|buffer overflow|information security|"
    "control system*|data breach*|it systems|computer systems|computer network*",
    "threat": "threat* warn* vow* ultimatum plot plots plotted plotting foiled thwart* danger fear fears feared risk "
    "risks risked vulnerab* alert",
    "theft": "theft* thief thieves steal* stole stolen siphon* tapping bunkering smuggl* looted looting looters robber* "
    "robbed robbery pilfer* huachicol* burgl* poach* bandits|illegal tap*|illegal connection*|black market|made off|"
    "stolen crude|stolen fuel|illegal refiner*|illegal siphon*|ship stores|engine spares|stolen and",
    "unrest": "protest* demonstrat* blockade* blockad* riot* rioters picket* walkout* striker* strikers union unions "
    "sit-in activist* villagers unrest lockout roadblock* uprising barricad* sit-ins occupiers greenpeace stoppage* "
    "marchers residents rally downed|went on strike|on strike|labour strike|labor strike|strike over|walk out|"
    "walked out|walk off|road block*|general strike|indefinite strike|trade union*|extinction rebellion|workers strike|"
    "workers' strike|glued themselves|climate activists|called off|pay rise|wage",
    "pirate": "pirate* piracy boarded boarding skiff* hijack* anchorage berthed seamen crew crewmen bridge-wing ukmto "
    "robbers perpetrators duty hawsepipe hawse citadel|armed robber*|speed boat*|alarm raised|raised the alarm|"
    "crew safe|crew is safe|security team|while underway|at anchor|local time|utc",
    "sea": "sea strait straits gulf ship ships vessel* shipping canal maritime offshore coastguard port ports navigat* "
    "seabed undersea subsea sailed mooring harbour harbor moored nm sailors convoy* seafarers master lloyd's imo "
    "mariners anchored anchor|coast guard|off the coast|territorial waters|nautical miles|economic zone",
    "chokepoint": "hormuz bosphorus bosporus malacca suez kerch dardanelles|bab el-mandeb|bab al-mandab|red sea|"
    "panama canal|danish straits|gulf of aden|gulf of guinea|gulf of oman",
    # mishaps and nature
    "accident": "explosion* explod* fire fires leak leaks leaked leaking leakage spill spills spilled spillage burst "
    "bursts ruptur* crack cracks cracked corrosion corroded collapse* collided collision aground grounding capsiz* "
    "derail* overheat* fault faults faulty malfunction* breakdown* tripped trips accident* mishap blaze flames blast "
    "crash* overflow* sheen pinhole gasket flange seal excavator digger failed failure failures meltdown fireball "
    "inferno ignit* emission release released escaped contaminat* overpressur* injured burns|technical failure|"
    "technical fault|technical problem*|equipment failure|caught fire|catches fire|broke out|breaks out|human error|"
    "third party|went offline|goes offline|short circuit|operator error|broke down|safety investigat*",
    "weather": "hurricane* storm storms cyclone* typhoon* flood floods flooding flooded tornado* lightning snow "
    "snowfall ice icy freez* frost frozen blizzard heatwave* drought droughts earthquake* quake* tsunami landslide* "
    "mudslide* volcan* lava wildfire* bushfire* gale gales monsoon winds jellyfish geomagnetic eruption reservoir* "
    "tremor aftershock* heat temperatures rainfall thunderstorm* derecho|heat wave*|cold snap|cold spell|freezing rain|"
    "solar storm*|tropical storm*|magnitude|high winds|strong winds|low water|extreme weather|cold wave*|winter storm*",
    # consequences
    "disrupt": "halt* shut shutdown* shutoff shuts shutting suspend* outage* interrupt* disrupt* curtail* stop stopped "
    "stops offline closed closure idle idled idles cut cuts cutting evacuat* restart* resum* restor* dark darkness "
    "tripped unavailab* paraly* crippl* disconnect* reroute* rerouted divert*|force majeure|shut in|shut down|shuts down|"
    "cut off|cuts off|knocked out|out of service|turned off|turns off|planned maintenance|unplanned maintenance|"
    "switched off|supply was|went dark",
    "shortage": "shortage* ration* scarc* queue queues queuing shortfall* deficit emergency reserve reserves stocks "
    "stockpile* dwindl* conserve rationing austerity|ran out|run out|running out|runs dry|run dry|lack of fuel|"
    "tight supply|low stocks|strategic reserve*|panic buying|not enough|critically low|security of supply",
    # states, law, market
    "sanction": "sanction* embargo* blacklist* ban bans banned banning waiver* expropriat* nationalis* nationaliz* "
    "tariff* confiscat* seize* seizing seizure impound* forfeit* oligarch* ofac designated|price cap*|export ban*|"
    "asset freeze|frozen assets|import ban*|oil ban|executive order|sanctions list",
    "court": "court* judge judges jury tribunal arbitrat* prosecut* lawsuit* sued sues sue indict* charged convicted "
    "sentenced verdict fine fined fines penalt* arrest* warrant* plead* trial law laws bill regulat* ruling rules ruled "
    "inquiry licence license permit investigat* detained detains jailed attorney legislat* settlement directive appeal "
    "injunction|supreme court|attorney general|justice department|pleaded guilty",
    "diplomacy": "minister* foreign ambassador* envoy* diplomat* talks negotiat* treaty treaties summit mediat* accus* "
    "border agreement dispute* bilateral kremlin nato un eu neighbours pact condemn* appeals urged urges chancellor "
    "demarcat* sovereignty boundary envoys accord|foreign ministry|prime minister|security council|united nations|"
    "european union|called on|calls on|territorial|foreign minister|white house|phone call|joint declaration|"
    "blames|transit fee*|transit contract",
    "market": "price prices futures traders spot benchmark opec opec+ inventor* quota* premium* spread* surged rally "
    "settled supply supplies demand exports imports glut margins cargoes output production refining|per barrel|"
    "a barrel|barrels a day|barrels per day|million barrels|output cut*|production cut*|crude futures|oil futures|"
    "front-month|storage injection|supply and demand|oil market*|gas market*|power market*|per million",
    # ordinary business and other worlds
    "finance": "profit* earnings dividend* shares shareholder* quarter quarterly revenue* investor* merger acquisition "
    "stake acquires acquire acquired bond bonds loan loans financing valuation buyback buy-back ebitda guidance bank "
    "banks stocks portfolio equity inflation currency debt economist*|net income|full-year|interest rate*|stock exchange|"
    "central bank|half-year|per share|joint venture|asset manager",
    "project": "contract* awarded tender* bids bid auction construction build* plan plans planned developer* consent "
    "milestone install* commission* launch* unveil* order orders deliver delivered capacity feasibility pilot "
    "inaugurat* groundbreaking ppa factory supplier study tariff prototype design wins secures lands snaps inks clinches "
    "swoop gig awards selected picks developer project projects|power purchase|first power|first oil|"
    "letter of intent|foundation*|final investment|memorandum of|framework agreement|lease round|leasing round|"
    "heads of agreement|will supply|to supply|to build|to construct|financial close",
    "people": "appoint* chairman executive ceo cfo joins names named retire* successor award* prize university museum "
    "director|managing director|board member|steps down",
    "climate": "climate emissions carbon decarbon* renewables renewable hydrogen sustainab* greenhouse net-zero ev evs "
    "biodiversity|net zero|green hydrogen|electric car*|electric vehicle*|electric bus*|heat pump*",
    "sport": "match goal goals coach league striker season team cup championship midfield* player* stadium tournament "
    "race fans olympic* football soccer basketball rugby cricket tennis baseball medal athlete* sprinter champion* "
    "quarterback formula|world cup|grand prix|super bowl",
    "arts": "film films novel series painting* album theatre exhibition author actor actress book books drama episode "
    "museum game games gamers thriller fiction movie singer band concert festival television documentary poet opera "
    "celebrit* musician|the book|video game*",
    "tech": "software app apps data server* cloud website database engineers users startup start-up dashboard algorithm "
    "internet computer* telecom telecommunications phone smartphone facebook twitter google netblocks "
    "crypto* bitcoin chip chips satellite*",
    "home": "house houses home homes flat apartment* kitchen household* boiler bill bills restaurant building buildings "
    "tenants residential landlord terraced stove bungalow neighbour* neighbor* caravan hotel mall|gas bottle|"
    "gas cylinder*|cooking gas|household gas|gas explosion|gas leak|apartment block|apartment building|house fire|"
    "residential building",
    "road": "lorry lorries truck trucks motorway highway driver drivers motorist* bus buses car cars road roads "
    "junction train trains railway rail passengers|filling station*|petrol station*|gas station*|fuel station*",
    "air": "aircraft plane planes airliner airport airline* flight flights pilot helicopter* runway passenger",
    "health": "hospital* patients doctors disease vaccin* covid* pandemic heart clinic nurses medical "
    "quarantine lockdown outbreak infection* monkeypox measles cholera ebola curfew mask masks",
    "politics": "election* parliament party votes vote voters president coalition campaign referendum congress "
    "opposition resign* impeach* constitution* senate lawmakers cabinet ballot polls coup republican* democrat* "
    "inaugurated king queen monarch",
    "crime": "murder* stabbing stabbed shooting gunman rape drugs cocaine prison inmates police killing suspect "
    "homicide manslaughter fraud corruption bribe* trafficking laundering",
    "society": "school schools teachers students children church mosque pope migrants refugees asylum women pupils "
    "families wedding festival religious pilgrim* temple",
    "food": "milk wheat grain olive palm coconut harvest farmers wine fish fishing meat food rice sugar soya farm",
    "chemistry": "chlorine ammonia oxygen styrene nitrate acid fertiliser fertilizer fireworks ammunition munitions "
    "cyanide sulphide pesticide* paint plastics polymer chemical chemicals toxic alumina",
    "metal": "copper gold cobalt iron steel silver jade platinum nickel lithium aluminium diamond*",
    "past": "anniversary commemorat* memorial veterans remembered history decades wreath museum historian* archive "
    "heritage|on this day|years ago|years since|marks years",
    "drill": "exercise* drill drills rehears* simulat* scenario tabletop practise* practised|stress test|war game*",
    "denial": "denied denies deny denial false unfounded rumour* rumor* untrue disinformation|no evidence",
    "science": "research* scientist* study laboratory professor universe planet moon probe telescope physicists species "
    "spacecraft astronaut*",
}  # fmt: skip

# Other senses: these words say nothing about energy, and the words they cover count for no other concept.
OTHER_SENSES = (
    "water tanker*|milk tanker*|oxygen tanker*|air tanker*|stratotanker|refuelling tanker*|water bowser*|air force tanker|"
    "navy tanker|sales pipeline*|data pipeline*|talent pipeline*|drug pipeline*|product pipeline|order pipeline|"
    "development pipeline|deal pipeline|project pipeline|etl pipeline*|ci pipeline*|build pipeline*|deployment pipeline*|"
    "clinical pipeline|school-to-prison pipeline|candidates in its pipeline|pipeline of|in the pipeline|in its pipeline|"
    "power couple*|power struggle*|power play*|power vacuum|power grab*|power base|power broker*|power bank|power banks|"
    "power tool*|power sharing|power of|power dynamics|power house of|power transfer|transfer of power|in power|"
    "came to power|comes to power|come to power|rise to power|seized power|seize power|seizes power|took power|takes power|"
    "take power|hold on power|grip on power|return to power|stay in power|remain in power|to power|executive power|"
    "emergency powers|balance of power|world power*|super power*|purchasing power|star power|fire power|"
    "power-sharing agreement|power and influence|abuse of power|political power|real power|soft power|military power|"
    "nuclear weapon*|nuclear test*|nuclear talks|nuclear deal|nuclear arsenal|nuclear warhead*|nuclear missile*|"
    "nuclear submarine*|nuclear bomb*|nuclear war|nuclear war*|nuclear arms|nuclear disarmament|nuclear deterren*|"
    "nuclear family|nuclear-armed|nuclear option|nuclear accord|nuclear umbrella|nuclear codes|nuclear-powered|"
    "olive oil|palm oil|sunflower oil|coconut oil|fish oil|essential oil*|cooking oil|vegetable oil|edible oil|whale oil|"
    "soybean oil|oil painting*|oil on|oil paint*|oils on|heart attack*|panic attack*|asthma attack*|attack of|"
    "attack ad|attack on press|strike a deal|strikes a deal|strikes deal|strike deal|struck a deal|struck deal|"
    "strike an agreement|struck an agreement|strike partnership|bird strike*|hunger strike*|strike force|strikes out|"
    "tear gas|nerve gas|laughing gas|greenhouse gas*|mustard gas|chlorine gas|poison gas|sarin gas|gas mask*|gas chamber*|"
    "nitrogen gas|toxic gas*|exhaust gas|internet blackout*|media blackout*|news blackout*|communications blackout|"
    "internet outage*|suffered a blackout|blackout in the ring|data leak*|leaked document*|leaked report|leaked audio|"
    "leaked memo|leaked tape|leaked video|leaked email*|energy drink*|dark energy|new energy|renewed energy|raw energy|"
    "cosmic energy|high energy|youthful energy|energy of|federal reserve|reserve bank|nature reserve*|reserve player*|"
    "trading platform*|streaming platform*|social platform*|media platform*|online platform*|election platform|"
    "field hospital*|solar eclipse|solar system|grid penalty|starting grid|back of the grid|pole position|"
    "space station*|police station*|railway station*|train station*|polling station*|radio station*|tv station*|"
    "bus station*|fire station*|metro station*|subway station*|tank battle*|battle tank*|anti-tank|water tank*|fish tank*|"
    "septic tank*|think tank*|light years|fuel speculation|fuels speculation|fuelled by|fuel fears|add fuel|fuel anger|"
    "fuels anger|fuels fears|fuel growth|fuels growth|rocket fuel|crude joke*|crude language|market town|storm of|"
    "flood of|mine workers' party|tanker truck driver|refinery town|sugar refiner*|gold refiner*|alumina refinery|"
    "metal refiner*|sugar refinery|copper refinery|mud volcano*|aid pipeline"
)

_Phrase = tuple[tuple[str, ...], str]  # the words after the first, and the concept
_OTHER = "other_sense"


def _compile() -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]], dict[str, list[_Phrase]]]:
    exact: dict[str, list[str]] = {}
    stems: dict[str, list[str]] = {}
    phrases: dict[str, list[_Phrase]] = {}
    for concept, entries in CONCEPTS.items():
        words, *longer = entries.split("|")
        for entry in (*words.split(), *longer):
            first, *rest = entry.split()
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


def _compile_other() -> dict[str, list[_Phrase]]:
    phrases: dict[str, list[_Phrase]] = {}
    for entry in OTHER_SENSES.split("|"):
        first, *rest = entry.split()
        phrases.setdefault(first, []).append((tuple(rest), _OTHER))
    return phrases


_EXACT, _STEMS, _PHRASES = _compile()
_OTHER_PHRASES = _compile_other()


@lru_cache(maxsize=65_536)
def word_concepts(word: str) -> tuple[str, ...]:
    """Names the concepts that a lower-case word stands for by itself."""
    found = set(_EXACT.get(word, ()))
    for end in range(2, len(word) + 1):
        if (concepts := _STEMS.get(word[:end])) is not None:
            found.update(concepts)
    return tuple(sorted(found))


_Entry = tuple[tuple[str, ...], Sequence[_Phrase], Sequence[_Phrase]]


@lru_cache(maxsize=65_536)
def _entry(word: str) -> _Entry | None:
    """Gathers all that begins with a word: its concepts, its phrases, its other senses; None for most words."""
    entry = (word_concepts(word), _PHRASES.get(word, ()), _OTHER_PHRASES.get(word, ()))
    return entry if any(entry) else None


def sentence_concepts(words: Sequence[str]) -> set[str]:
    """Names the concepts in one sentence of lower-case words, phrases included, other senses left out."""
    found: set[str] = set()
    covered = 0  # the words before this position belong to another sense
    for position, entry in enumerate(map(_entry, words)):
        if entry is None:
            continue
        concepts, phrases, others = entry
        for rest, _ in others:
            if _follows(words, position + 1, rest):
                covered = max(covered, position + 1 + len(rest))
                found.add(_OTHER)
        if position < covered:
            continue
        found.update(concepts)
        for rest, concept in phrases:
            if _follows(words, position + 1, rest):
                found.add(concept)
    return found


def _follows(words: Sequence[str], start: int, patterns: Sequence[str]) -> bool:
    if len(words) - start < len(patterns):
        return False
    for i, pattern in enumerate(patterns):
        word = words[start + i]
        if word != pattern and not (pattern[-1] == "*" and word.startswith(pattern[:-1])):
            return False
    return True
