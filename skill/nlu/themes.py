"""Words that mean about the same where somebody may need help, so that "walloped" is heard like "hit".

They only stand beside the words themselves as one more thing that the weights are about: no word here decides anything.
"""

WORDS = {
    "hit": (
        "hit slap punch kick shove push thump wallop smack beat batter belt clout whack headbutt bite bit "
        "shook shake pin pinned drag dragged yank grab twist burn burned burnt hurl threw throw throws thrown "
        "fist fists bruise bruises bruised choke choked strangle strangled throttle throat neck attacked "
        "attack attacks violent violence hurts hurting"
    ),
    "weapon": "knife gun razor blade rope noose belt hammer bat",
    "force": (
        "force forced forces forcing coerce coerced coercion pressure pressured pressuring pressurise made "
        "makes pester pestered pestering nag nagged guilt guilted blackmail blackmailed insist insisted "
        "insists overpowered trapped cornered locked pinned held dragged begged badgered wore worn persuaded "
        "convinced talked manipulated"
    ),
    "refuse": "stop no enough wait refuse refused refusing unwilling off leave don't quit not never nope safeword",
    "went_on": "carried carry continued continue kept keep anyway ignored ignore laughed finished regardless still",
    "rape": (
        "rape raped rapist assault assaulted molest molested abuse abused abuser groped grope violated "
        "interfered noncon consent consented nonconsensual harassed attacked fiddled fondled spiked drugged "
        "stealthed"
    ),
    "asleep": (
        "asleep sleeping unconscious woke wake waking awake passed blackout blacked blank tablet tablets "
        "memory remember recall"
    ),
    "freeze": "froze freeze frozen stiff still numb ceiling dead blank left floated limp stone statue rigid",
    "die": (
        "die died dying dead death suicide suicidal kill killed killing end ended ending gone disappear "
        "vanish exist existing existence alive living live lived survive funeral grave goodbye goodbyes "
        "worthless burden pointless overdose overdosed hang hanging jump jumping bridge platform tracks train "
        "cliff river balcony roof ledge"
    ),
    "cut": (
        "cut cuts cutting slit razor blade scratch scratching self harm harming harmed burn burning bleed "
        "wrists wrist arms thighs"
    ),
    "nobody": (
        "nobody anyone better without miss missed notice care cares burden point pointless hopeless hope reason use"
    ),
    "pills": "pill pills tablets tablet insulin medication meds overdose paracetamol codeine stash saved saving",
    "blood": (
        "blood bleeding bleed bleeds bled clot clots soaked pads pad haemorrhage hemorrhage gush spotting pouring"
    ),
    "breath": "breathe breathing breath gasping wheezing wheeze choking suffocating throat lungs inhaler blue lips",
    "collapse": (
        "collapse collapsed faint fainted fainting fitting fit fits seizure seizing convulsing unresponsive "
        "unconscious passed floor pulse respond responding rolled limp stroke droop drooping slurring slurred "
        "speech"
    ),
    "chest": "chest heart jaw arm elephant crushing squeezing palpitations pounding racing cardiac attack",
    "head": "headache head migraine thunderclap skull vision sight double blind neck stiff",
    "pain": (
        "pain painful hurt hurts sore aching ache aches stabbing stab sharp agony burning burns sting stings "
        "stinging raw cramp cramps tender throbbing swollen swelling lump rash itch itchy itching discharge "
        "smell infection"
    ),
    "below": (
        "down below belly stomach tummy pelvic pelvis groin testicle testicles ball balls penis vagina vulva "
        "cervix bladder wee pee bum erection private privates downstairs bits tampon womb ovary"
    ),
    "help": (
        "ambulance doctor hospital nurse clinic gp er police paramedic emergency helpline hotline refuge "
        "shelter counsellor therapist chemist pharmacist"
    ),
    "again": "every always months weeks years month week constantly daily ongoing since persistent fortnight keeps",
    "contraception": (
        "condom condoms pill rubber johnny protection contraception contraceptive split broke burst slipped "
        "implant coil iud diaphragm withdrawal plan unprotected bare"
    ),
    "pregnant": "pregnant pregnancy period late expecting trimester miscarriage midwife missed test conceive baby",
    "infection": (
        "infection sti std hiv aids chlamydia gonorrhea gonorrhoea herpes syphilis thrush hpv warts uti "
        "cystitis hepatitis prep pep positive tested exposed caught"
    ),
    "young": (
        "school teacher homework exam exams gcse gcses sophomore freshman grade year class mum mother dad "
        "parents underage minor kid child teen teenager teenage eleven twelve thirteen fourteen fifteen "
        "sixteen seventeen prom classroom playground uniform detention tutor"
    ),
    "drink": (
        "drunk drink drinking drank drinks wasted hammered pissed tipsy plastered steaming wine beer beers "
        "vodka gin whisky tequila shots pints bottle booze alcohol sherry prosecco cider rum cocktails "
        "hungover sober blotto smashed"
    ),
    "drug": (
        "high stoned pill pills weed joint edible edibles gummy coke cocaine line lines ketamine ket mdma "
        "molly ecstasy acid lsd shrooms mushrooms trip tripping rolling buzzing poppers meth speed ghb spliff "
        "bong vape coming up"
    ),
    "control": (
        "phone messages tracks tracking follows following stalks stalking stalker checks permission allowed "
        "allow money card bank allowance keys locked locks lock friends family isolate passwords password "
        "location threatens threat threatened threatening warned warns punish punished punishes obey behave"
    ),
    "fear": (
        "scared afraid frightened terrified fear fears terror dread dreading flinch flinches eggshells tiptoe "
        "dangerous danger unsafe safe hide hiding"
    ),
    "temper": (
        "temper rage rages angry anger shouts shouting screams screaming furious explodes snaps mood smashed "
        "smashes wall door plates plate"
    ),
    "sorry": (
        "sorry apologise apologised apologises flowers promised promises forgive forgave forgiven deserve "
        "deserved fault blame blamed"
    ),
    "harmed": (
        "pushed pressured hurt forced ignored crossed misread misjudged guilty wrong sorry regret apologise line"
    ),
    "then": (
        "uncle stepdad stepfather stepbrother cousin babysitter neighbour teacher coach priest boss manager "
        "landlord stranger client lecturer colleague driver carer masseur physio"
    ),
}
"""The words by theme."""


def _by_word() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for theme, words in WORDS.items():
        for word in words.split():
            found[word] = (*found.get(word, ()), theme)
    return found


THEMES = _by_word()
"""The themes of each word."""

ONESELF = "(?:myself|himself|herself|themselves|themself|yourself|ourselves)"
WHOSE = "(?:my|his|her|their|your)"
UNMISTAKABLE = (
    rf"\bsuicid|\b(?:kill|killing|killed|hang|hanging|hanged) {ONESELF}\b|\boverdos",
    rf"\b(?:end|ended|ending|take|took|taken|taking) {WHOSE} (?:own )?life\b|\bself harm",
    rf"\b(?:cut|cuts|cutting|hurt|hurts|hurting|harm|harms|harming) {ONESELF} on purpose\b",
    r"\b(?:not|stopped|hardly|barely) breathing\b|\bunresponsive\b|\bheart attack\b|\bseizure\b",
    r"\brap(?:e|es|ed|ing|ist)\b|\bmolest|\bsexual(?:ly)? (?:assault|abuse)",
    r"\b(?:forced|forces|forcing) (?:himself|herself|themselves) on\b|\bforced me to have\b",
    r"\b(?:chok|strangl|throttl)(?:e|es|ed|ing) (?:me|her|him|them)\b",
    r"\b(?:beats|punches|punched|slaps|slapped|kicks|kicked) me\b|\bdomestic (?:abuse|violence)",
)
"""What is said for nothing else: heard as a disclosure even where the weights, which learn from examples, hear none."""
