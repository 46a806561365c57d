"""How patients say what the sheets send to 999 or to somebody the same day, and what is usual."""

from __future__ import annotations

EMERGENCY = {
    "Trouble breathing, a wheeze, chest pain or coughing up blood": """
        can't catch my breath | cant breath properly | I cannot breathe | dificulty breathing | breathing difficulties
        short of breath | shortness of breth | out of breath on the stairs | struggling for breath | gasping for air
        breathless when I lie down | it hurts to breathe | hard to breathe | fighting for breath | no breath left
        not breathing well | puffed out walking | wheezing | wheezy chest | weezing at night | chest pains
        tight chest | my chest feels tight | pressure on my chest | heavy chest | stabbing pain in the chest
        chest is sore | pain in my ribs when I breathe in | heart attack | coughing blood | coughing up some blood
        coughed up pink froth | spitting blood | PE | P.E. | chst pain | spat out blood
        I feel like I can't get air in | clot in the lung | lung clot | pulmonary embolus | cant get my breath
        I'm really struggling to breathe | breathing's gone funny and my chest is tight
        I get breathless walking to the loo | sharp pain in chest when I breathe | bit of chest pain
        chest pain on and off | brought up blood when coughing
    """,
    "Sudden trouble breathing, chest pain, coughing up blood, or you collapse": """
        suddenly can't breathe | all of a sudden I'm short of breath | sudden chest pain
        I was coughing up blood and fell over | collapsed in the shop
    """,
    "Swelling of your face, lips or tongue, or a rash beyond your legs": """
        my lips are swelling | lips puffy | my lips have swollen up | lip is huge | swollen tongue
        tongue feels thick | tounge swelling | my face is puffy | face has swollen up | swollen eyes
        my eyelids are swollen | eyes swelled shut | mouth is swelling | throat feels tight | throat closing
        lump in my throat | can't swallow | trouble swallowing | my lips are tingling | hives on my face
        hives all over | hives everywhere | itching all over | itchy all over | whole body itch
        rash all over my body | rash on my chest | rash on my tummy | rash has spread to my arms | spreading rash
        bumps on my face | bumps all over | nettle rash on my arms | blotches on my neck | weals on my back
        red face and itching | allergic reaction | I think I'm allergic to it | anaphylaxis | anaphalaxis
        alergic reaction | used my epipen | swelling of the face | my lips have blown up | top lip is fat
        tongue is tingling | face all puffed up | rash on my back and tummy | red blotches on my arms
        itchy rash spreading up to my stomach | itchy hands and face | hives on my belly | covered in hives
        I came out in hives all over my body | throat's closing up | struggling to swallow
    """,
    "You faint or collapse": """
        passed out | I fainted | felt faint | fainting | collapsed | colapsed at home | blacked out
        lost consciousness | she was unconscious | I keeled over | fell over dizzy | had a fit | seizure | siezure
        came round on the floor | I nearly passed out | convulsions | collpased | fanited | went out cold
        unresponsive | I went faint and fell | fell over and couldn't get up | she fainted twice
        he passed out in the car | had a seizure last night | she collapsed
    """,
    "Your face droops, speech is slurred, or an arm or leg is weak": """
        arm is weak | my arm went weak | weakness in my left arm | leg is weak | speech slurred | slurring my words
        slurred speach | couldn't get words out | can't speak properly | I couldn't talk | my speech is funny
        face drooping | face has dropped on one side | one side of my face droops | mouth is lopsided
        smile is crooked | my left arm doesn't work | can't lift my arm | can't move my leg | my leg gave way | stroke
        mini stroke | TIA | T.I.A. | numb down one side of my face | my face feels numb | arm is numb and heavy
        paralysed down the left | drooling | confused | no speech | words come out jumbled
        the left side of my mouth has dropped | my husband says my face looks wonky | my speech has gone
        talking funny | can't find my words | my arm's gone floppy | left arm weak | right leg weak | legs gave way
        can't feel or move my arm | she can't raise her arm | hand's gone weak
    """,
    "You lose your sight, in part or in full": """
        lost my sight | I've lost vision in one eye | I can't see out of one eye | cannot see | can't see
        cant see out of left eye | I couldn't see for ten minutes | my sight has gone | my sight went
        vision gone on the left | gone blind | blind in one eye | went blind for a bit | everything went dark
        black curtain over my eye | half my vision is missing | lost half of my sight | no sight in my left eye
        no vision | loss of vision | losing my eyesight | part of my sight is missing | only see half of things
        one eye went dark | can't see anything on the left | lost the sight in one eye | my eye has gone black
        sight went in one eye for 5 minutes | couldnt see | vision loss | partial loss of sight
        I can only see half of things | gone blind in my right eye | like a curtain coming down over my eye
    """,
    "Sudden bad pain in a leg, or a foot that stays white, blue or cold with the stocking off": """
        sudden bad pain in the leg | suddenly a terrible pain in my leg | worst pain in my leg out of nowhere
        sudden severe pain in my calf | excruciating leg pain | agony in my leg | unbearable pain in the thigh
        bad pain in my leg came on suddenly | out of the blue, awful pain in my leg | my foot is blue and cold
        foot stays white | my foot has gone white | foot is cold and white | cold foot | white foot
        freezing cold foot | foot has turned blue | the whole foot is pale | my leg is cold | leg has gone white
        leg is blue | toes stay blue with the stocking off | foot still cold with the stocking off
        my feet have gone white | mottled foot | icy foot | sudden awful pain in calf
        leg pain came on suddenly and it's agony | suddenly my leg hurts so badly | foot's gone white
        foot is icy cold | my foot looks blue | foot cold with stocking off | foot is pale and numb
        the worst leg pain I have ever had | my foot has gone cold and white | ice cold foot
    """,
    "A fever with confusion, or you feel very ill": """
        confused and fever | fever and confusion | feverish, she is confused | temperature and muddled
        high temperature, not making sense and delirious | I feel very ill | really unwell | so ill I can't get up
        feeling terribly ill | really poorly | seriously ill | very sick | very unwell and shivery | septic | sepsis
        feel like I'm dying | feel dreadful | I've never been so ill | I have a fever and feel confused
        temp 39.5 and rambling | he's got a fever and is talking nonsense | really ill | I feel awful, very ill
        feeling extremely unwell | I'm so poorly
    """,
    "A vein bleeds and pressing on it with your leg raised does not stop it": """
        bleeding won't stop | it won't stop bleeding | the vein is bleeding and pressing does not stop it
        blood is pouring out | blood spurting from my leg | bleeding through everything, cannot stop it
        a vein burst and it's gushing | bleeding heavily | haemorrhage | vein burst and won't stop bleeding
        bleeding wont stop even with leg up | pumping blood | blood everywhere
        it keeps bleeding even though I press on it
    """,
}  # fmt: skip

SAME_DAY = {
    "One leg swells, throbs or hurts in the calf, or its skin turns darker, warmer or harder.": """
        my calf is swollen | calf has swelled up | my calfs swolen | swoolen calf | my leg has blown up
        leg has ballooned | left leg much fatter than the right | one leg is larger than the other
        leg twice the size | my whole leg is puffy | my lower leg is swollen | my ankle has swelled
        my ankles are puffed up | swollen foot | calf pain | pain in my calf | calf hurts when I walk
        cramp in my calf | my calf cramps at night | my calve hurts | calf is throbbing | leg throbs at night
        throbbing pain in leg | my leg is throbing | leg pain | painful leg | pain at the back of my lower leg
        ache behind my knee | calf is hot and hard | leg feels hot | my leg is hot and red | leg has gone hard
        my leg has gone dark | skin of my leg is darker and warmer | leg skin is harder | blood clot | clot
        clots in leg | DVT | D.V.T. | deep vein thrombosis | thrombosis | tight calf | my calf feels funny
        leg's swollen | my left leg has swelled right up | right calf is bigger than left | calf feels hard and hot
        calf tender to squeeze | pain deep in the calf | throbbing in my leg | thigh is throbbing | thigh hurts
        my leg is red hot | leg is warm and swollen | bad cramp in calf all night | ankle swollen on one side
        my leg aches deep inside | can't put my weight on it, calf pain
    """,
    "A hard, sore, hot line runs along a vein, or grows, above all near the knee or groin.": """
        hard cord | hard rope along my vein | hard red line | hot hard vein | vein feels like a rope
        vein is hard and red | sore line along vein | red streak up my leg | hot line near my knee | phlebitis
        thrombophlebitis | hard line in the groin | a tender cord under the skin | ropey vein | painful vein
        painful hard vein behind knee | a hard lumpy vein in my thigh | hot red line up the inside of my thigh
        vein like a cord | superficial clot
    """,
    "A hard, sore, hot line runs along a vein, or hot, sore skin spreads.": """
        hot sore skin spreading | hard sore line on my thigh | sore red skin that is spreading
    """,
    "You have a black or white patch, a blister or an open sore where we injected.": """
        black patch | black patches on skin | patch of black skin | a black mark on my ankle | black spot
        dusky patch | white patches | skin went white | skin has gone white where injected | white spots | grey spot
        skin has turned grey | skin is dying | skin has died | pale patch | blister | blisters where you injected
        open sore | ulcer | ulcers | a hole in my skin | small crater on shin | raw patch | skin broke down
        it is oozing | it's leaking yellow fluid | weepy spot | scab | crusty black scab | necrotic | open wound
        toes have gone blue | my toes are white | mottled skin | blanching | skin turned black | there's a black bit
        a white area round the injection | skin's gone grey | little blister | blistering | sore that won't heal
        weeping sore | open wound on shin | skin is breaking down | toe is blue | my toes look purple and cold
    """,
    "Hot, sore, red or darker skin that spreads, pus, or a fever.": """
        redness spreading | red area is getting bigger | redness is spreading up my leg | redness climbing
        hot and red and getting worse | temperature of 39 | high temp | fever | feverish | shivers | chills
        smelly discharge | green gunk | pus coming out | infected | it looks infected | cellulitis | feaver | infeced
        running a temperature | hot swollen skin | dark skin spreading | I have a temperature | redness is creeping up
        red patch is growing | pus | yellow pus from it | it's infected | I've got a fever | temperature 38.5
        shivering and hot | hot and spreading | skin hot and angry and spreading
    """,
    "Flashing lights, blurred sight or a migraine, even if it has passed.": """
        flashing lights | lights flashing in my eye | i see zigzags | seeing spots | spots in front of my eyes
        bright lights in my vision | eyes went blurry | blurred vision | blurry eyesight | my vision went funny
        double vision | seeing double | migraine | migrane | a migraine, gone now | aura | flickering in one eye
        kaleidoscope in my eye | seeing stars | blurred sight earlier but it has passed | my sight came back
        flashing lights in my eyes | my eyesight is blurry | blurred vision for an hour | migraine with zigzags
        visual aura | saw stars | eyes are blurry | seeing flashes
    """,
}  # fmt: skip

# The red flags of the clinical reference, "Expected effects and red flags", by the band each is sent to.
CLINICAL = {
    "emergency": """
        hives spread beyond legs | hives on the face and tongue | wheeze | faint | any weakness | change of speech
        face change, it droops | lasting sight loss | breathless | chest pain | blood cough | collapse
        immediate severe pain, blanching, mottling of the foot | severe pain and blanching | septic
        my heart is racing | my heart keeps pounding | palpitations
    """,
    "same_day": """
        worsening, hot spreading red skin | fever | one-leg swelling | long hard line near the groin
        spreading hard line near the knee crease | any black patch | any white patch | blister | ulcer
        throbbing one-leg pain | swelling and warmth of one leg | red, dark skin on a swollen leg | visual disturbance
        migraine | hot, spreading, fever | leg darker, warmer or harder
    """,
    "call": """
        numb for three days | my skin is still numb | a painful dark lump | a bruise that is very large and growing
        a sore dark lump | dry cough | something is wrong | it worries me | stockings hurt
    """,
}  # fmt: skip

# As effect, the day after a session.
USUAL = """
    a few bruises | bruising where you injected | bruise on my calf | a bruise on my calf, yellow now
    small bruise on my left thigh | bruises on both legs | my leg is black and blue | a bit of itching
    my legs are itchy | itchy where injected | itchy leg | itching around the injection sites
    legs a bit sore where you injected | my leg is a bit sore where you injected
    sore to touch at the injection sites | tender where injected | sore where you injected on my calf
    a little tenderness | redness at the injection sites | red marks where you injected
    redness on my leg where injected | red spots on my legs | a bit red and warm to the touch
    little swelling around the injection sites | slightly swollen where injected | small lumps where you injected
    a small lump on my calf | lumps and bruises | bumps where you injected | raised itchy bumps straight after
    itchy raised bumps, like nettle stings | hives where injected | a bit itchy and red | stings a bit
    veins look worse than before | my veins look darker | the veins are still there | brown marks
    brown staining on my leg | faint brown mark | a faint bruise | fine red veins on my thigh | new little red veins
    blush of fine veins | irritated skin | dry skin where injected | no chest pain, just a bruise | bruising, no fever
    a bruise but no chest pain | itching, not breathless | no swelling, no fever, a few bruises
    just bruises, she has no calf pain | itchy all over my legs | hives all over where you injected | tiny bruises
    a bruise | lots of bruises | bruising | still bruised | bruises on my thighs | itchy | a bit itchy | itching
    very itchy | itches where you injected | red | redness | pinkness | sore | bit sore | tender | slightly tender
    lumps | hard little lumps | small bumps | staining | brown lines along the veins | veins look worse
    veins look darker than before | looks worse | some bruising and itching | bruises and a few lumps | hives
    nettle rash where injected | hives straight after | a few hives where you injected | dry skin | matting
    fine new veins | bruises, no pain | bruise, otherwise fine | no pain, just bruising | slightly red where injected
    swelling where injected | a bit swollen where you injected | legs itchy at night | tender to touch where injected
    my legs are bruised | both legs bruised and itchy | yellow bruises | bruise is going yellow
"""  # fmt: skip

# As notes beside a bruise, the day after a session.
HARMLESS_NOTES = """
    no fever | No chest pain. No calf pain or swelling. | no chest pain, just a bruise
    no chest pain, breathlessness or fever | She has no chest pain. | I don't have chest pain
    there is no swelling in the calf | my calf is not swollen | calf isn't swollen or painful
    Not breathless, not feverish. | No breathing problems. | No visual disturbance, no weakness.
    denies chest pain, calf pain or breathlessness | Calf: no pain. | has not fainted | without fever or chest pain
    no sight problems | no loss of vision | no sudden bad pain in the leg | no rash on the face | no slurred speech
    Asked about stockings; happy with the result. | A faint brown mark above the knee. | Can't see any difference yet.
    I can't see the veins any more | a cold pack on my leg helped | itchy all over my legs | hay fever this week
    temperature was normal | wears white stockings | rang at 10, will ring again
    the bruise on my calf is going yellow | back of my leg is itchy | blue veins still there on my leg
    no fever and no calf pain | no hot skin and no fever | chest fine, no palpitations
    took deep breaths, was nervous | confused about when to take the stockings off | sore throat
    no allergic reaction | no bleeding | no blisters or scabs | Not dizzy and has not collapsed
    Patient happy, no concerns | told to keep stockings on | no calf pain, no breathlessness | nil chest pain
    no pain | No leg swelling. No breathlessness. | no SOB | denies SOB or chest pain | no signs of infection
    no signs of DVT | no evidence of DVT | no DVT | no clots | Not unwell. | feels well, no fever | walking fine
    photo sent, looks like normal bruising | bruise the size of a 50p on left calf | bruise on calf, not painful
    no blisters, no ulcers | advised 999 if chest pain or breathless | advised to ring if fever
    no weakness, speech normal | vision fine, no headache | no visual symptoms | no swelling of face or lips
    no facial swelling | no allergic symptoms | no rash elsewhere | no wheeze | Apologised for the delay
    she was seen last week for a bruise | skin warm, not hot | foot warm and pink | feet warm | pulses present
    calf soft, not tender | calf soft and non-tender | no redness or heat | wearing stockings, tight but comfortable
    has a cold | took paracetamol | did not faint | no history of clots | no palpitations | no bleeding now
    no numbness or weakness | can see the bruise fading | went to see her GP about something else
"""  # fmt: skip

# A denial of one thing hides nothing else: the least band of each, as notes and as effect.
STILL_SAID = """
    no fever and calf pain | no redness and swollen calf | no itching and a black patch | no swelling and chest pain
    no bruising or redness and my calf hurts | without redness and breathless | denies fever and chest hurts
    no redness calf is swollen | no bruising chest pain | no itch - calf pain | no itch / calf pain
    no itching & chest pain | no itching + chest pain | no pain in the calf and breathless | no vision | no sight
    no speech | no breath | no sight in left eye | no breath left | no redness, breathless | no pain only wheeze
    no question the face is swollen | no itch with chest pain | no itch however throat swelling
    no itch yet chest pain | no itch except calf pain | no change and wheezing | no doubt calf pain
    no fever, chest pain | no fever, chest pain since morning | not itchy, calf pain | no swelling; black skin
    no better and calf pain | no. calf pain | better: no: chest pain | not breathing | not able to speak
    unable to speak | my arm does not move | no pain but my leg has blown up | no swelling chest pain
    no chest pain or breathlessness but calf swollen | calf not right, calf swollen
    no itching or fever and chest pain | no more bruise and short of breath | no vision in my eye
    not without chest pain | bruising and calf is swollen | itchy and short of breath | brown mark and sight loss
    redness and a blister | bruise and my lips are swelling | It's fine. Only a bruise. But the foot is white
    a bruise, and I passed out | calf sore since the injections | no redness just calf pain | no strength in the arm
    tenderness gone, calf throbs
"""  # fmt: skip

# What says more than a usual effect, by the least band of it, as effect and in a note: what is there though a "not"
# stands beside it, what was warned of and came about, how far it reaches, and what no usual effect explains.
NEVER_USUAL = {
    "emergency": """
        bruising, chest pain is not mild | itching, my face swelling was not there this morning
        bruising, slurred speech not only today | bruising, fainted not just today | bruising, chest is not right
        Chest pain is not ok. | Swollen lips that were not there this morning. | not breathless yesterday but today
        did not have chest pain yesterday | better? no. chest pain
        bruising. told me to ring if my face swells, it did | bruising. told us to ring if short of breath and he is
        bruising. told to ring if breathless. I am. | advised to ring if chest pain. She has.
        bruising with a blue foot | foot is blue like a bruise | foot bruised and blue
        my whole foot is blue with bruising | bruised cold foot | bruising and white foot | puffy all over
        redness all over | foot drop since this morning | confused and hot | tongue feels too big | blood in my phlegm
        could not see so went to see the doctor | chest uncomfortable | lips feel strange | breathing is not right
        vision went blurry then gone | lost my sight had to see a doctor | sight went funny then gone completely
        black eye and cannot see | went blurry then could not see | my breathing is not normal
        swollen face, and it was not like that yesterday | fainting was not only once
        her speech was not ok this morning | itching, breathless not just on the stairs
        lips were not swollen this morning | had no chest pain yesterday | no chest pain until today
        not simply out of breath | no mere wheeze | you said ring if breathless and I am
        bruising. you told me to call if I felt faint | warned to ring if chest pain. It started.
        bruised foot that is cold | whole foot has gone blue under the bruise | bruised foot, it is blue
        itching all over, even my arms | feels faint when she stands | eye is droopy | words come out wrong
        could not see, went to see a doctor | vision went double then went altogether | went fuzzy and then blind
        blind for a minute, had to see the nurse | can't see any difference but my sight went for a bit
        wheeze is not mild | bruising. my chest does not feel right | slurred speech, not only when tired
        no chest pain? yes | chest pain? not sure | blue foot under a bruise | bruise and pale foot | swollen all over
        my foot drops when I walk | confused | lips tingle | lost sight for a minute, went to see the GP
    """,
    "same_day": """
        bruising, it is not just a swollen calf | redness, black patch was not there yesterday
        bruising, calf is not right | bruising, blurred vision was not there yesterday
        bruising, the ulcer is not small | Calf pain was not there yesterday. | my calf was not swollen this morning
        not a little swollen calf | bruising, told to ring if calf swells and it has | advised to ring if fever. Yes.
        told to ring if calf pain so ringing with calf pain | black and blue foot | lump in the groin
        sore and tender all along the inner side from knee to groin | tender at the back of the knee
        warm and red from ankle to groin | lump behind knee | tender cord in the knee crease | puffy foot
        bruise on my calf with throbbing pain | temperature is fine now but was 39 | calf swelling not only at night
        bruise, and the pain in my calf isn't small | my vision was not right for an hour
        black skin, not there last week | blister was not there this morning | the fever is not mild
        no calf pain yesterday but now there is | not merely a sore calf | I was told to ring if my calf hurts
        told to ring if fever, which I have | reminded to ring if blister. now there is one | hard lump in the groin
        a sore string in my groin | hot lump behind the knee | cord in the crease of my knee | lumps up to the groin
        redness from knee to groin | swelling down to the ankle | redness spreading up | swollen round the knee
        wound looks wet | skin is weeping a little | temp 38.4 at home | skin hole getting deeper
        tender cord at the groin | temperature was 39.2 in the night
    """,
    "call": """
        lumps all over | swelling where injected, now to the foot | swelling knee | sore ankle | bruising all over
        bruising from ankle to knee | redness going up | warm all over | redness up the leg | tender all along
        swelling where injected and foot | bruises everywhere | sore and cannot walk on it | caff swollen
        brown marks that weep | lump is pulsing | my eye is odd | bruise is growing | lump getting bigger
        sore all along | limping | tenderness along the whole leg | lump at my knee | warmth all along the leg
        red around the ankle | swelling from the knee down | veins sore up the thigh | bruise across the whole leg
        tender to the foot | cannot put her foot down | has been limping since | dropped things from her hand
        burning in the foot | toes tingle | coughing a lot | smells bad where injected | a lump that keeps growing
        hot and cannot walk | the bruise burns | leg is not right | tender where injected, and up the leg
    """,
}  # fmt: skip

# Usual effects said plainly, wherever on a leg a mark is and whatever is denied beside them; as effect and in a note.
USUAL_ANYWHERE = """
    matting on my calf | pigmentation on my calf | new thread veins on my calf | brown marks on my calf
    fine red veins on my calf | matting on my thigh | a bruise on my knee | bruise on the back of my knee
    bruises on my ankle | brown marks on my ankle | itchy feet | matting round the knee
    brown staining above the ankle | bruise over my shin | bruise on my foot | itching at the ankle
    tender where injected on my ankle | swelling where you injected at the knee | bruising with no pain
    bruise, not painful | bruise, no chest pain today | bruising. Chest pain? No. Breathless? No.
    bruises, chest pain: no | itching. Any calf pain or swelling? No. | bruise, did not have chest pain
    bruise, denies chest pain | bruise isn't sore | bruise but no fever at all | bruises all over my legs
    itchy all over my leg | bruise, no pain since | a bruise from the injection | sore to the touch
    itchy all day | hard lump where injected | tender lump | small lump on thigh
    redness around the injection sites | slight swelling where you injected | matting on both calves
    matting near my knee | brown stain on the calf | pigmentation at the ankle | new fine veins on my calf
    discolouration on my calf | brown marks on both calves | bruising on calf and thigh | bruise next to the knee
    purple bruise on my thigh | bruise above my ankle | itchy knee | itching behind the knee
    small lump where you injected on my calf | slightly sore where you injected at the ankle
    a bit red where injected on my foot | redness at the injection site | bruise that isn't painful
    bruise. No chest pain, no breathlessness. | bruising; she denies fever, chest pain or breathlessness
    bruise. Any swelling? No. | bruises, did not faint | bruise, no calf pain now | bruise, no fever today
    bruises with no swelling | itching but not breathless | brown marks, not sore | brown line on my calf
    yellow bruise on my ankle | some redness and itching where you injected | stings a bit where injected
    a few small lumps, no pain | veins on my calf look worse
"""  # fmt: skip

# What a desk writes, or is told, about a bruise and about everything else.
DESK_NOTES = """
    rang at 10 | sent photo | wears her stockings | reassured | sent photo of the bruise | reassured about bruise
    reassured: lumps are usual | says no chest pain | patient reports no calf pain
    She says she has no fever or chest pain. | Any chest pain? No. Any fever? No. | chest pain: no
    no chest pain this morning | no calf pain since the session | advised to ring if fever
    told to ring if chest pain or breathless | She was told to ring if her calf swells
    told to ring 999 if face swells. Will ring again tomorrow. | reminded about stockings | bruise, left thigh
    bruise fading, sent photo | bruise smaller than last week | all well | walks 30 minutes a day
    seen by RT, looks normal | chest fine | calf soft, feet warm, pulses present | tender to touch but settling
    sore to touch, otherwise well | a bit sore at night, taking paracetamol | brown mark 2 cm above the ankle
    said it itches in the evenings | rang back at 4, no answer | reassured, will ring if worried
    Bruise fading nicely | photo shows small bruise | Chest pain? No. Calf pain? No. Breathless? No.
    no chest pain, no breathlessness, no calf pain | Denies calf pain, swelling or breathlessness. | did not faint
    did not have chest pain or breathlessness | told to ring us if fever or a swollen leg
    reminded to ring if blister | all gone | bruise no bigger | lump smaller and softer | sore only to touch
    a little tender still | feet warm and pink | not reached, left a message | using arnica on the bruise
"""  # fmt: skip


def each_of(table: str) -> list[str]:
    return [saying.strip() for line in table.strip().splitlines() for saying in line.split("|")]
