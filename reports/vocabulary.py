"""The words that a briefing's templates may use; the verifier takes every other word for a claim."""

from __future__ import annotations

# All words that templates may use outside slots. Number words, months, weekdays and names can never be among them.
VOCABULARY = frozenset(
    """a about accident according add added affected after against ahead air all already also among an
    analyst and announced another answer answered any apart are armed arson article articles artillery as at
    attack attacks attributed attributes attribution away based be been before behind being best blamed
    blockade blocked bomb briefing briefings brought by cable cables cannot capacity care carries carry case
    cause caused changed changes checked chokepoint citing claimed claims company company's compared complex
    complexes compressor confidence confirmed control corrected countries country credibility customers
    cutting cyberattack dam damage dams date day days denial denial-of-service denied denies denying depot
    depots detained diplomatic dismissed disputed docks doubtful drone due earlier else energy english
    entries entry event evidence exercise facilities facility failed far feed feeds field fields first
    foiled for from fuel further gas gave going grade graded grid grids had happened has have hazard high
    history hit how hurt hydro hypothetical if improbable in incident incidents independent injured into
    intrusion is it its joined judged kept killed kind kinds known language languages last lasting least
    ledger legal line lines lng lost low made malware market means medium merged mine mines missile missing
    more most name named names natural near network new newly no nobody none normally not nothing now
    nuclear numbers of off official oil on only open or other others out outage outright outside part partly
    parts people period petrochemical pipeline pipelines place plan planned plans plant plants platform
    platforms policy port ports possibly power precision price probably processing product publisher
    publishers pump put quiet quoted ransomware read recent recommended refineries refinery relevant report
    reported reports responsibility restored retracted risk risks sabotage said same sanction sanctions say
    says security seizure sent service severity since single skipped so solar source sources spilled stand
    stated station stations status still storage store story substation substations sure suspected system
    systems tanker tankers telling tells terminal terminals than that the theft their them there these they
    this threat threatened threats to told transmission true truncated type uncertain unchanged unclear
    under units unknown until up used verdict vessel warning warnings was were what which who why will wind
    with without words yet""".split()
)
