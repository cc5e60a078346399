"""The modules of Asterisk that an instance loads. System, SHELL, CURL, AGI, ENV and FILE are in none of them."""

_CORE = """
    res_timing_timerfd res_sorcery_config res_sorcery_memory res_sorcery_astdb res_pjproject res_geolocation
    res_musiconhold res_parking res_security_log
"""
_SIP = """
    res_pjsip res_pjsip_session res_pjsip_sdp_rtp res_pjsip_caller_id res_pjsip_endpoint_identifier_ip
    res_pjsip_endpoint_identifier_user res_pjsip_authenticator_digest res_pjsip_outbound_authenticator_digest
    res_pjsip_outbound_registration res_pjsip_registrar res_pjsip_header_funcs res_pjsip_dtmf_info res_pjsip_nat
    res_pjsip_rfc3326 res_pjsip_diversion res_pjsip_pubsub res_pjsip_mwi res_pjsip_mwi_body_generator
    res_pjsip_outbound_publish
    res_pjsip_exten_state res_pjsip_dialog_info_body_generator res_pjsip_refer res_pjsip_geolocation res_pjsip_acl
    res_rtp_asterisk chan_pjsip
"""
_MEDIA = """
    bridge_simple bridge_builtin_features bridge_builtin_interval_features bridge_holding bridge_softmix
    bridge_native_rtp codec_ulaw codec_alaw codec_gsm codec_resample codec_g722 codec_a_mu
    format_pcm format_wav format_wav_gsm format_gsm format_sln
"""
_APPLICATIONS = """
    pbx_config app_dial app_playback app_playtones app_queue app_verbose app_stack app_voicemail app_read app_readexten
    app_senddtmf app_userevent app_directory app_page app_confbridge app_originate app_db app_exec app_record
    app_sayunixtime app_cdr app_channelredirect app_while app_authenticate app_followme app_directed_pickup
    app_mixmonitor app_chanisavail app_waituntil app_bridgewait app_echo
"""
_FUNCTIONS = """
    func_strings func_logic func_callerid func_channel func_db func_timeout func_global func_cut func_devstate
    func_extstate func_hangupcause func_dialplan func_math func_uri func_vmcount func_dialgroup func_rand func_sprintf
    func_pjsip_endpoint func_pjsip_aor func_pjsip_contact func_groupcount func_sorcery func_evalexten func_md5
"""

#: In the order in which they are loaded.
MODULES = tuple(f"{_CORE} {_SIP} {_MEDIA} {_APPLICATIONS} {_FUNCTIONS}".split())
