"""The words that a briefing's templates may use; the verifier takes every other word for a claim."""

from __future__ import annotations

# All words that templates may use outside slots. Number words, months, weekdays and names can never be among them.
VOCABULARY = frozenset(
    """a about above accident accidents according add added affected after against ahead air all already also among an
    analyst and announced another answer answered any apart are armed arson article articles artillery as asked
    at attack attacks attributed attributes attribution away based be been before behind being best blamed
    blockade blockades blocked bomb briefing briefings bring brings brought by cable cables came cannot capacity
    care carries carry case cause caused changed changes checked chokepoint citing claimed claims company
    company's compared completely complex complexes compressor confidence confirmed conflicting control corrected
    could countries country credibility customers cutting cyberattack cyberattacks dam damage dams date day days
    decided denial denial-of-service denied denies denying depot depots detained diplomatic discussed dismissed
    disputed docks doubtful drone due earlier else energy english entries entry event evidence exercise expected
    facilities facility fact failed fairly far feed feeds fewer field fields figure first foiled for from fuel
    further gas gave going grade graded grid grids had happened has have hazard hazards here high history hit how
    hurt hydro hypothetical if imported improbable in incident incidents independent injured interruptions into
    intrusion is it its joined judged kept killed kind kinds known language languages last lasting least ledger
    legal line lines lng look looked looks lost low made malware market means medium merged mine mines missile
    missing more most much name named names natural near network new newly no nobody none normally not nothing
    now nuclear numbers of off official oil older on only open or other others out outage outages outright
    outside part partly parts people period petrochemical pipeline pipelines place plan planned plans plant
    plants platform platforms policy port ports possibly power precision price probably processing product
    publisher publishers pump put quiet quoted ransomware reached read recent recommended refineries refinery
    relevant reliable report reported reports resolved responsibility restored retracted risk risks sabotage said
    same sanction sanctions say says security see seen seizure seizures sent service severity since single
    skipped so solar source sources spilled stand stands stated states station stations status still storage
    store story substation substations sure suspected system systems tanker tankers telling tells terminal
    terminals than that the theft thefts their them there these they this threat threatened threats to told too
    transmission true truncated type uncertain unchanged unclear under units unknown unreliable until up used
    usual usually verdict vessel warning warnings was were what where which who why will wind with without words
    yet""".split()
)
