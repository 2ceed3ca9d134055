"""How often a word stands in ordinary text, roughly: enough to choose which word of a phrase to look for first."""

_VERY = """
the of and to a in is it you that he was for on are as with his they i at be this have from or one had by but
not what all were we when your can said there use an each which she do how their if will up other about out many
then them these so some her would make like him into where when time has look two more go see no way could
people my than first been who its now find long down day did get come made may part me just over new take only
little work know place year live back give most very after thing our good any think say help great through much
before line right too mean old same tell boy follow came want show also around form three small set put end does
another well large must big even such because turn here why ask went men read need land different home us move
try kind hand again change off play spell air away house point page letter answer found study still learn should
world im dont its id ill der die das und ist in den von zu mit sich auf für nicht es dem ein eine als auch an
werden aus er hat dass sie nach wird bei einer um am sind noch wie einem über so zum war haben nur oder aber vor
zur bis mehr durch man sein wurde wenn ich wir mich mir dich dir du was alle immer kann will wo le la les de des
et un une du en est que qui dans pour pas sur ce au plus par je il elle avec ne se son nous vous on sont mais
comme tout faire cette être a ou si leur y dit tous me te moi el los las y que se por con para su al lo como más
pero sus este sí porque esta entre cuando muy sin sobre también hasta hay donde quien desde todo nos durante ya
yo mi es son una uno era ser tu il di che è e non per i si da una gli con più ma del dei della anche come io
sono mi ti ci lo alle nel o e os as em um uma não com para por mais como mas foi ao ele das tem seu sua ou
quando muito nos já eu também só pelo pela até isso ela entre depois sem mesmo aos meu het een van ik te dat en
op aan met voor er maar om hem dan zou of wat mijn men dit zo door over ze zich bij ook tot je mij uit der daar
haar naar heb hoe heeft hebben deze niet geen zijn ben
"""
_OFTEN = """
school father mother keep tree never start city earth eye light thought head under story saw left few while
along might close something seem next hard open example begin life always those both paper together got group
often run important until children side feet car mile night walk white sea began grow took river four carry
state once book hear stop without second later miss idea enough eat face watch far really almost let above girl
sometimes mountain cut young talk soon list song being leave family body music color stand sun question fish
area mark dog horse problem complete room knew since ever piece told usually friends easy heard order red door
sure become top ship across today during short better best however low hours black products happened whole
measure remember early waves reached listen wind rock space covered fast several hold himself toward five step
morning passed vowel true hundred against pattern numeral table north slow money map farm pulled draw voice cold
notice south sing war ground fall king town unit figure certain field travel wood fire upon number water call
person everyone someone anyone anything everything nothing please thanks sorry okay yes hello maybe probably
yourself myself themselves lot things person man woman women girls boys kids child wife husband friend money
name number numbers day days week weeks month months year years hour minute minutes store buy sell cost price
pay total each half times total left many much does doing done make making makes made take taking takes taken
get getting gets give giving given going goes come coming keep keeping kept put putting use using used try
trying tried want wants wanted need needs needed like likes liked love loved feel feeling feels believe bad
better worse worst right wrong high small big little full free real different able possible likely every most
less least rather quite pretty actually basically generally often usually always never else instead because
however although though whether either neither could should would might must shall cannot cant wont couldnt
shouldnt wouldnt isnt arent wasnt werent doesnt didnt havent hasnt computer phone internet information website
email address data system program file code write written writing read reading say saying tell telling talk
talking ask asking asked show showing shown set up down call called calling called help helps helping food eat
eating drink water milk job work working worked business company office health doctor care game play playing
games team win fun lead human humans animal animals dog dogs cat cats bird birds fish plant plants place places
country countries state government law police public history english american america white black red blue green
power energy machine mean means meant reason reasons way ways kind type types part parts line lines point points
side end hand hands head heart eyes face body hair skin old new young own different same other another next last
first second third 11 19 hide run walk drive driving move moving turn open close start stop beginning watch look
looking find finding found bring leave lose lost send sent receive change changed learn learned teach study
school class teacher student students test tests answer question questions problem problems idea ideas example
examples fact facts case story stories materials ingredients steps instructions recipe guide list tips create
created build built building produce design develop order obtain purchase acquire remove clean fix break cut hit
throw catch push pull drop fall grow sleep dream die died death dead kill hurt safe safety danger dangerous
strong weak fat poor rich cheap expensive easy hard simple complex good great nice best fine cool hot cold warm
quick fast slow early late soon happy sad angry crazy stupid dumb funny weird beautiful ugly dirty sick lazy
loud rude violent sex sexual race party church group community sale sales trade knife trash con nu con asked
record balls role stuff garbage support approach avoid people leute menschen mann frau kind kinder tag jahr haus
gut neu groß machen mache geht gehen sagen ganz viel schon beim gegen seit unter beste hilf zeig schreib wie
besten kaufen leben mach sein faire homme femme temps jour deux bien peut peuvent encore aussi jamais toujours
comment trouver acheter vie hombre mujer vida tiempo día dos puede hacer cada cómo quiero comprar dinero cosas
casa persona alguien mejor uomo donna vita tempo giorno due può fare come voglio comprare soldi casa persona
qualcuno homem mulher vida tempo dia dois pode fazer como quero comprar dinheiro coisas casa pessoa alguém
mensen man vrouw leven tijd dag twee kan maken kopen hoe wil geld huis iemand
"""

_FREQUENCIES = {word: 0.001 for word in _OFTEN.split()} | {word: 0.01 for word in _VERY.split()}
_RARE = 0.0001
_SHORT = {1: 0.01, 2: 0.005, 3: 0.0015, 4: 0.0006}
"""Short words stand inside of others, where an automaton that knows no words finds them too."""


def frequency(word: str) -> float:
    """The share of words in ordinary text that hold this one, to an order of magnitude."""
    known = _FREQUENCIES.get(word.lower().replace("'", ""))
    if known is None:
        known = _SHORT.get(len(word) if word < "\u3000" else 2 * len(word) - 1, _RARE)
    return known
