"""Faults of menus, directories and their words."""

from tests.faults.fault import Faults, Plain, leave, menu, node, person, phone, queue, say

MENUS = Faults()
fault = MENUS.fault


@fault("menu.no-keys")
def nothing_to_press(plain: Plain) -> str:
    return menu(plain, {})[1] + "/keys"


@fault("menu.direct-dial-empty")
def nobody_to_dial(plain: Plain) -> str:
    return menu(plain, {"0": leave(plain)}, direct_dial=[])[1] + "/direct_dial"


@fault("menu.no-zero")
def no_way_to_a_person(plain: Plain) -> str:
    return menu(plain, {"1": leave(plain)})[1] + "/keys"


@fault("menu.many-keys")
def eight_choices(plain: Plain) -> str:
    return menu(plain, {str(key): leave(plain) for key in range(9)})[1] + "/keys"


@fault("menu.hangs-up")
def silence_is_cut_off(plain: Plain) -> str:
    return menu(plain, {"0": leave(plain)}, no_input={"hangup": "normal"})[1] + "/no_input"


@fault("menu.tries")
def one_try(plain: Plain) -> str:
    return menu(plain, {"0": leave(plain)}, max_tries=1)[1] + "/max_tries"


@fault("menu.tries")
def nine_tries(plain: Plain) -> str:
    return menu(plain, {"0": leave(plain)}, max_tries=9)[1] + "/max_tries"


@fault("menu.timeout")
def one_second_to_press(plain: Plain) -> str:
    return menu(plain, {"0": leave(plain)}, timeout_s=1, digit_timeout_s=1)[1] + "/timeout_s"


@fault("menu.timeout")
def the_second_key_has_more_time(plain: Plain) -> str:
    return menu(plain, {"0": leave(plain)}, timeout_s=5, digit_timeout_s=9)[1] + "/digit_timeout_s"


@fault("menu.key-is-extension")
def a_key_is_somebody(plain: Plain) -> str:
    number, _ = phone(plain)
    if len(number) > 4:
        number = plain["extensions"][-1]["number"] = "85"
    return menu(plain, {number: leave(plain)}, direct_dial=[number])[1] + f"/keys/{number}"


@fault("menu.key-prefix-of-extension")
def extensions_begin_with_a_key(plain: Plain) -> str:
    number, _ = phone(plain)
    return menu(plain, {number[0]: leave(plain)}, direct_dial=[number])[1] + f"/keys/{number[0]}"


@fault("menu.key-prefix-of-key")
def a_key_begins_with_another(plain: Plain) -> str:
    return menu(plain, {"1": leave(plain), "12": leave(plain)})[1] + "/keys/1"


@fault("menu.replay-key-taken")
def the_replay_key_leads_elsewhere(plain: Plain) -> str:
    return menu(plain, {"0": leave(plain), "9": leave(plain)}, replay_key="9")[1] + "/replay_key"


@fault("menu.key-to-itself")
def a_key_leads_back(plain: Plain) -> str:
    name, where = menu(plain, {"0": leave(plain), "*": leave(plain)})
    plain["nodes"][-1]["keys"]["*"] = {"node": name}
    return f"{where}/keys/*"


@fault("menu.zero-differs")
def zero_changes_its_meaning(plain: Plain) -> str:
    below, _ = menu(plain, {"0": {"extension": person(plain)["number"]}})
    return menu(plain, {"0": leave(plain), "1": {"node": below}})[1] + "/keys/0"


@fault("menu.keys-alike")
def two_keys_do_the_same(plain: Plain) -> str:
    return menu(plain, {"1": leave(plain), "2": leave(plain)})[1] + "/keys/2"


@fault("menu.key-is-code")
def a_key_is_a_code(plain: Plain) -> str:
    plain["feature_codes"]["echo_test"] = "*43"
    return menu(plain, {"0": leave(plain), "*43": leave(plain)})[1] + "/keys/*43"


@fault("menu.key-not-wired")
def a_key_is_promised(plain: Plain) -> str:
    prompt, _ = say(plain, "For sales, press 1. For service, press 2.")
    return menu(plain, {"1": leave(plain)}, prompt=prompt)[1] + "/keys"


@fault("menu.key-not-wired")
def a_key_is_promised_in_german(plain: Plain) -> str:
    prompt, _ = say(plain, "Für den Verkauf drücken Sie die 1. Für den Service drücken Sie bitte die Zwei.")
    return menu(plain, {"1": leave(plain)}, prompt=prompt)[1] + "/keys"


@fault("menu.key-not-wired")
def a_key_is_promised_in_french(plain: Plain) -> str:
    prompt, _ = say(plain, "Pour les ventes, appuyez sur le 1. Pour le service, faites le deux.")
    return menu(plain, {"1": leave(plain)}, prompt=prompt)[1] + "/keys"


@fault("menu.key-not-wired")
def a_key_is_promised_in_spanish(plain: Plain) -> str:
    prompt, _ = say(plain, "Para ventas, marque 1. Para servicio, oprima el dos.")
    return menu(plain, {"1": leave(plain)}, prompt=prompt)[1] + "/keys"


@fault("menu.key-not-wired")
def a_key_is_taken_away(plain: Plain) -> str:
    _, where = menu(plain, {"1": leave(plain), "2": leave(plain)})
    del plain["nodes"][-1]["keys"]["2"]
    return f"{where}/keys"


@fault("menu.key-never-announced")
def a_key_is_kept_quiet(plain: Plain) -> str:
    prompt, _ = say(plain, "For sales, press 1.")
    return menu(plain, {"1": leave(plain), "2": leave(plain)}, prompt=prompt)[1] + "/keys/2"


@fault("queue.key-never-announced")
def a_way_out_is_kept_quiet(plain: Plain) -> str:
    return queue(plain, exit_keys={"9": leave(plain)})[1] + "/exit_keys/9"


@fault("menu.key-before-action")
def the_key_comes_first(plain: Plain) -> str:
    prompt, _ = say(plain, "Press 1 for sales.")
    return menu(plain, {"1": leave(plain)}, prompt=prompt)[1] + "/prompt"


@fault("menu.long-prompt")
def a_menu_without_end(plain: Plain) -> str:
    prompt, _ = say(plain, "For sales, press 1. " + "We value your call. " * 40)
    return menu(plain, {"1": leave(plain)}, prompt=prompt)[1] + "/prompt"


@fault("directory.nobody")
def a_directory_of_nobody(plain: Plain) -> str:
    return node(plain, "directory", extensions=[], failed=leave(plain))[1]


@fault("directory.unspellable")
def a_name_without_letters(plain: Plain) -> str:
    number, where = phone(plain, last="王", first="小")
    node(plain, "directory", extensions=[number], failed=leave(plain))
    return where


@fault("directory.same-name")
def two_of_one_name(plain: Plain) -> str:
    phone(plain, first="Kim", last="Lee")
    return phone(plain, first="Kim", last="Lee")[1]


@fault("prompt.long-greeting")
def a_group_with_a_speech(plain: Plain) -> str:
    prompt, _ = say(plain, "Welcome.", seconds=30)
    people = [{"extension": person(plain)["number"]}]
    return node(plain, "ring_group", members=people, no_answer=leave(plain), greeting=prompt)[1] + "/greeting"


@fault("prompt.empty")
def silence_instead_of_words(plain: Plain) -> str:
    language = plain["customer"]["languages"][0]
    return say(plain, "   ")[1] + f"/texts/{language}"


@fault("prompt.language-missing")
def a_language_is_missing(plain: Plain) -> str:
    plain["customer"]["languages"] = [*plain["customer"]["languages"], "pt-BR"]
    name, where = say(plain, "We are closed.")
    del plain["prompts"][-1]["texts"]["pt-BR"]
    node(plain, "announcement", prompt=name, then=leave(plain))
    return f"{where}/texts"


@fault("prompt.language-not-offered")
def a_number_in_another_language(plain: Plain) -> str:
    plain["numbers"][0]["language"] = "sv-SE"
    return "/numbers/0/language"


@fault("prompt.language-not-offered")
def a_key_to_another_language(plain: Plain) -> str:
    return menu(plain, {"0": leave(plain) | {"set": {"language": "sv-SE"}}})[1] + "/keys/0/set/language"


@fault("prompt.unused")
def words_for_nothing(plain: Plain) -> str:
    return say(plain, "Nobody ever hears this.")[1]


@fault("prompt.too-fast")
def twenty_words_in_a_second(plain: Plain) -> str:
    return say(plain, "one two three four five six seven eight nine ten " * 2, seconds=1)[1] + "/seconds"


@fault("prompt.file-format")
def a_letter_for_a_recording(plain: Plain) -> str:
    return say(plain, "We are closed.", file="closed.docx")[1] + "/file"


@fault("prompt.file-twice")
def one_recording_for_two(plain: Plain) -> str:
    say(plain, "We are closed.", file="words.wav")
    return say(plain, "We are open.", file="words.wav")[1] + "/file"


@fault("prompt.recording-missing")
def recorded_but_not_there(plain: Plain) -> str:
    return say(plain, "We are closed.", state="recorded")[1] + "/state"
