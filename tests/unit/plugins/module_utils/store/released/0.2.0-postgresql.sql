CREATE TABLE public.changes (
    run_id integer NOT NULL,
    seq integer NOT NULL,
    action text NOT NULL,
    kind text NOT NULL,
    object_id bigint NOT NULL,
    name text NOT NULL,
    key text,
    reason text NOT NULL,
    before text,
    after text
);
CREATE TABLE public.credentials (
    object_id bigint NOT NULL,
    field text NOT NULL,
    value text NOT NULL
);
CREATE TABLE public.identifiers (
    space text NOT NULL,
    value text NOT NULL,
    object_id bigint NOT NULL,
    field text NOT NULL
);
CREATE TABLE public.labels (
    name text NOT NULL
);
CREATE TABLE public.links (
    profile_id integer NOT NULL,
    key text NOT NULL,
    slot text NOT NULL,
    object_id bigint NOT NULL,
    version integer NOT NULL,
    fingerprint bytea,
    origin text NOT NULL,
    applied text
);
CREATE TABLE public.meta (
    name text NOT NULL,
    value text NOT NULL
);
CREATE TABLE public.objects (
    id bigint NOT NULL,
    kind text NOT NULL,
    version integer NOT NULL,
    name text NOT NULL,
    fields text NOT NULL
);
CREATE TABLE public.profiles (
    id integer NOT NULL,
    name text NOT NULL,
    options text NOT NULL,
    checkpoint text
);
CREATE SEQUENCE public.profiles_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.profiles_id_seq OWNED BY public.profiles.id;
CREATE TABLE public.roles (
    name text NOT NULL
);
CREATE TABLE public.runs (
    id integer NOT NULL,
    profile text,
    mode text NOT NULL,
    started text NOT NULL,
    finished text NOT NULL,
    result text NOT NULL,
    complete boolean NOT NULL,
    plan_digest text NOT NULL,
    counts text NOT NULL,
    findings text NOT NULL
);
CREATE SEQUENCE public.runs_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.runs_id_seq OWNED BY public.runs.id;
CREATE TABLE public.settings (
    name text NOT NULL,
    value text NOT NULL
);
ALTER TABLE ONLY public.profiles ALTER COLUMN id SET DEFAULT nextval('public.profiles_id_seq'::regclass);
ALTER TABLE ONLY public.runs ALTER COLUMN id SET DEFAULT nextval('public.runs_id_seq'::regclass);
INSERT INTO public.changes VALUES (1, 4, 'create', 'user', 5, 'dora', 'dora', 'new in the source', NULL, '{"username":"dora","display_name":"Dora","extension":"204"}');
INSERT INTO public.changes VALUES (1, 1, 'create', 'user', 2, 'anna', 'anna', 'new in the source', NULL, '{"username":"anna","display_name":"Anna Straße","email":"anna@corp.example","extension":"201","pin":"********","password":"********","roles":["admin"]}');
INSERT INTO public.changes VALUES (1, 2, 'create', 'user', 3, 'ben', 'ben', 'new in the source', NULL, '{"username":"ben","display_name":"Ben Groß","extension":"202","devices":[{"type":"ip_phone","mac":"001122334455","username":"ben","password":"********"}]}');
INSERT INTO public.changes VALUES (1, 3, 'create', 'user', 4, 'carl', 'carl', 'new in the source', NULL, '{"username":"carl","display_name":"Carl","extension":"301","password":"********"}');
INSERT INTO public.changes VALUES (2, 1, 'create', 'phonebook_entry', 7, 'Muster GmbH', 'muster gmbh|muster|09912960', 'new in the source', NULL, '{"display_name":"Muster GmbH","phone":"09912960","organisation":"Muster","mobile":"0171234567"}');
INSERT INTO public.changes VALUES (2, 2, 'create', 'phonebook_entry', 8, 'Taxi', 'taxi||19410', 'new in the source', NULL, '{"display_name":"Taxi","phone":"19410"}');
INSERT INTO public.changes VALUES (3, 1, 'create', 'speed_dial', 10, '801', '801', 'new in the source', NULL, '{"number":"801","destination":"19410","display_name":"Taxi"}');
INSERT INTO public.changes VALUES (4, 1, 'create', 'user', 11, 'reception', NULL, 'changed by hand', '{}', '{"username":"reception","display_name":"Reception","extension":"200","pin":"********"}');
INSERT INTO public.changes VALUES (5, 1, 'create', 'phonebook_entry', 12, 'Annas Bruder', NULL, 'changed by hand', '{}', '{"display_name":"Annas Bruder","phone":"0171999","owner":"anna","labels.family":"yes"}');
INSERT INTO public.changes VALUES (6, 1, 'update', 'user', 3, 'ben', NULL, 'changed by hand', '{}', '{"email":"ben@hand.example"}');
INSERT INTO public.changes VALUES (7, 2, 'remove', 'user', 5, 'dora', 'dora', 'no longer in the source', '{"username":"dora","display_name":"Dora","extension":"204"}', NULL);
INSERT INTO public.credentials VALUES (2, 'pin', '$argon2id$v=19$m=19456,t=2,p=1$nSUGA3NG3+1stvbVgEGfrQ$MOeeMREfjlmBblm9Dq9za6EOdipU9QvX78TYwJecfDw');
INSERT INTO public.credentials VALUES (2, 'password', '$argon2id$v=19$m=19456,t=2,p=1$IQ3jo2QdphhjNqdv1amhUg$geKZ3YjwR1rKnHgrbKt5kPRMeMpvY9TCcsuHfx5G+VE');
INSERT INTO public.credentials VALUES (3, 'device:15d83cddacfc5508e4c596df93d6f66d', 'gAAAAABrCwXOt8EocjRbg4s9AoVtFNcL6jAgu7wnaM35jWKq7C-em7kFv4yFBFBLu-6ENCu4qSsZtaUhT97TwKeNwU9V7Uu5xQ==');
INSERT INTO public.credentials VALUES (4, 'password', '$argon2id$v=19$m=19456,t=2,p=1$mu0QZFVhLqITGUEscF5Uhg$crGgpaFjnSGMqyf+yd41YkJmmvF5REVy2slXV11+pUo');
INSERT INTO public.credentials VALUES (11, 'pin', '$argon2id$v=19$m=19456,t=2,p=1$WgClkfuZfxwGwGKPVe6o4w$CfrFzkM4pFEkzgScSXk93isNyYha4rhIPiCc53KB03g');
INSERT INTO public.identifiers VALUES ('username', 'anna', 2, 'username');
INSERT INTO public.identifiers VALUES ('username', 'carl', 4, 'username');
INSERT INTO public.identifiers VALUES ('number', '201', 2, 'extension');
INSERT INTO public.identifiers VALUES ('number', '301', 4, 'extension');
INSERT INTO public.identifiers VALUES ('number', '801', 10, 'number');
INSERT INTO public.identifiers VALUES ('username', 'reception', 11, 'username');
INSERT INTO public.identifiers VALUES ('number', '200', 11, 'extension');
INSERT INTO public.identifiers VALUES ('username', 'ben', 3, 'username');
INSERT INTO public.identifiers VALUES ('number', '202', 3, 'extension');
INSERT INTO public.labels VALUES ('family');
INSERT INTO public.links VALUES (1, 'anna', 'user', 2, 1, '\xf04c9882f9b70fc8a1ff0e1db91851a9', 'created', NULL);
INSERT INTO public.links VALUES (1, 'carl', 'user', 4, 1, '\xfe0167b680988da3da7870c177c28fc2', 'created', '{"username":"carl","display_name":"Carl","password":"e31df14e901f53e68cea8df9632976ed"}');
INSERT INTO public.links VALUES (2, 'muster gmbh|muster|09912960', 'phonebook_entry', 7, 1, '\x6fc42c9850f4d00bf2d8f293a72b09c5', 'created', NULL);
INSERT INTO public.links VALUES (2, 'taxi||19410', 'phonebook_entry', 8, 1, '\xc27dece9f5d2aacdd06d7feceabe3788', 'created', NULL);
INSERT INTO public.links VALUES (3, '801', 'speed_dial', 10, 1, '\x4c702eda7c35c669f73d8697273f2b9c', 'created', NULL);
INSERT INTO public.links VALUES (1, 'ben', 'user', 3, 2, '\x31fb72f229ca9a08acde466ab22a968d', 'created', '{"username":"ben","display_name":"Ben Groß","extension":"202","devices":[{"type":"ip_phone","mac":"001122334455","username":"ben","password":"15d83cddacfc5508e4c596df93d6f66d"}]}');
INSERT INTO public.meta VALUES ('salt', 'e197ad50b52d6806d728a8c31b7b3a0e');
INSERT INTO public.meta VALUES ('schema_version', '1');
INSERT INTO public.meta VALUES ('key_check', 'gAAAAABrCwXN2FKFeksFBOCUP-Pw4GmnPRaMSzPG_HXygkt3RZU8j1B3dYaWwHUr0IHPuKZ0fZKx7pfkRCgfD8uFlJgAiSxcPN3aWDEJW3BCvHcyUsMI5EU=');
INSERT INTO public.meta VALUES ('revision', '11');
INSERT INTO public.meta VALUES ('next_object_id', '16');
INSERT INTO public.objects VALUES (2, 'user', 1, 'anna', '{"username":"anna","display_name":"Anna Straße","email":"anna@corp.example","extension":"201","pin":"6dc4338495284f4949e0204bfef94772","password":"a922ca5bfa27cdf7ca01601858cd2878","roles":["admin"]}');
INSERT INTO public.objects VALUES (4, 'user', 1, 'carl', '{"username":"carl","display_name":"Carl","extension":"301","password":"e31df14e901f53e68cea8df9632976ed"}');
INSERT INTO public.objects VALUES (7, 'phonebook_entry', 1, 'Muster GmbH', '{"display_name":"Muster GmbH","phone":"09912960","organisation":"Muster","mobile":"0171234567"}');
INSERT INTO public.objects VALUES (8, 'phonebook_entry', 1, 'Taxi', '{"display_name":"Taxi","phone":"19410"}');
INSERT INTO public.objects VALUES (10, 'speed_dial', 1, '801', '{"number":"801","destination":"19410","display_name":"Taxi"}');
INSERT INTO public.objects VALUES (11, 'user', 1, 'reception', '{"username":"reception","display_name":"Reception","extension":"200","pin":"9bf84ee16dfa50cfe48e396d09ab1ef0"}');
INSERT INTO public.objects VALUES (12, 'phonebook_entry', 1, 'Annas Bruder', '{"display_name":"Annas Bruder","phone":"0171999","owner":"anna","labels.family":"yes"}');
INSERT INTO public.objects VALUES (3, 'user', 2, 'ben', '{"username":"ben","display_name":"Ben Groß","email":"ben@hand.example","extension":"202","devices":[{"type":"ip_phone","mac":"001122334455","username":"ben","password":"15d83cddacfc5508e4c596df93d6f66d"}]}');
INSERT INTO public.profiles VALUES (2, 'book', '{"name": "book", "template": "csv_phonebook", "source": {"path": "book.csv"}, "mode": "mirror"}', '{"belongs_to": "edb964bf9d6ae15d51b8d97f4cb6b2ab1f39d6f40af6e924fb83311b826f4b59", "source": {"source": "48847b43eec769e0", "final_newline": true}, "columns": ["displayname", "mobile", "organisation", "phone"], "quiet": true, "linked": 2}');
INSERT INTO public.profiles VALUES (3, 'dials', '{"name": "dials", "template": "csv_speed_dials", "source": {"path": "dials.csv"}, "mode": "mirror"}', '{"belongs_to": "9736a3037f54f320b060a6e6a5a732664274807fd31ada3d9865f18b85f7283f", "source": {"source": "1c9841bbf6154b60", "final_newline": true}, "columns": ["displayname", "phone", "speeddial"], "quiet": true, "linked": 1}');
INSERT INTO public.profiles VALUES (1, 'staff', '{"name": "staff", "template": "csv_users", "source": {"path": "people.csv"}, "mode": "mirror"}', '{"belongs_to": "c3554731af31234a154065043d03c39167076172a12713bd86409024acf84934", "source": {"source": "2fc4194350f46ca5", "final_newline": true}, "columns": ["displayname", "email", "password", "phone", "phoneip", "phonemac", "phonepass", "phoneuser", "pin", "roles", "username"], "quiet": true, "linked": 3}');
INSERT INTO public.roles VALUES ('admin');
INSERT INTO public.runs VALUES (1, 'staff', 'mirror', '2026-11-28T16:48:13Z', '2026-11-28T16:48:14Z', 'changed', true, 'sha256:cdf34c08d9527e134acd042d2cb4ffa1cb87090c6f8e3fa5293a2fbd97eaac6a', '{"read": 4, "filtered": 0, "created": 4, "updated": 0, "unchanged": 0, "removed": 0, "rejected": 0, "conflicts": 0}', '{"warnings": [], "rejected": [], "conflicts": []}');
INSERT INTO public.runs VALUES (2, 'book', 'mirror', '2026-11-28T16:48:14Z', '2026-11-28T16:48:14Z', 'changed', true, 'sha256:426985245a7729cf778a0c2bcf024922a4b1ea59d4c023eb8c2248ab4b534d92', '{"read": 2, "filtered": 0, "created": 2, "updated": 0, "unchanged": 0, "removed": 0, "rejected": 0, "conflicts": 0}', '{"warnings": [], "rejected": [], "conflicts": []}');
INSERT INTO public.runs VALUES (3, 'dials', 'mirror', '2026-11-28T16:48:15Z', '2026-11-28T16:48:15Z', 'changed', true, 'sha256:7a6fd83e93ff45eb0cf369993689473e790b72f4eb2f45250e18f2b85821c3c6', '{"read": 1, "filtered": 0, "created": 1, "updated": 0, "unchanged": 0, "removed": 0, "rejected": 0, "conflicts": 0}', '{"warnings": [], "rejected": [], "conflicts": []}');
INSERT INTO public.runs VALUES (4, NULL, 'manual', '2026-11-28T16:48:15Z', '2026-11-28T16:48:15Z', 'changed', true, '', '{"read": 0, "filtered": 0, "created": 1, "updated": 0, "unchanged": 0, "removed": 0, "rejected": 0, "conflicts": 0}', '{"warnings": [], "rejected": [], "conflicts": []}');
INSERT INTO public.runs VALUES (5, NULL, 'manual', '2026-11-28T16:48:15Z', '2026-11-28T16:48:15Z', 'changed', true, '', '{"read": 0, "filtered": 0, "created": 1, "updated": 0, "unchanged": 0, "removed": 0, "rejected": 0, "conflicts": 0}', '{"warnings": [], "rejected": [], "conflicts": []}');
INSERT INTO public.runs VALUES (6, NULL, 'manual', '2026-11-28T16:48:15Z', '2026-11-28T16:48:15Z', 'changed', true, '', '{"read": 0, "filtered": 0, "created": 0, "updated": 1, "unchanged": 0, "removed": 0, "rejected": 0, "conflicts": 0}', '{"warnings": [], "rejected": [], "conflicts": []}');
INSERT INTO public.runs VALUES (7, 'staff', 'mirror', '2026-11-28T16:48:15Z', '2026-11-28T16:48:16Z', 'changed', true, 'sha256:56a0ee892a30ba0567b444288e430cc57656895917fbd0f55c8f1b557a0dac0f', '{"read": 3, "filtered": 0, "created": 0, "updated": 0, "unchanged": 3, "removed": 1, "rejected": 0, "conflicts": 0}', '{"warnings": [], "rejected": [], "conflicts": []}');
INSERT INTO public.settings VALUES ('extension_pool', '{"ranges": ["300-309"], "reserved": ["300"]}');
SELECT pg_catalog.setval('public.profiles_id_seq', 3, true);
SELECT pg_catalog.setval('public.runs_id_seq', 7, true);
ALTER TABLE ONLY public.changes
    ADD CONSTRAINT changes_pkey PRIMARY KEY (run_id, seq);
ALTER TABLE ONLY public.credentials
    ADD CONSTRAINT credentials_pkey PRIMARY KEY (object_id, field);
ALTER TABLE ONLY public.identifiers
    ADD CONSTRAINT identifiers_pkey PRIMARY KEY (space, value);
ALTER TABLE ONLY public.labels
    ADD CONSTRAINT labels_pkey PRIMARY KEY (name);
ALTER TABLE ONLY public.links
    ADD CONSTRAINT links_pkey PRIMARY KEY (profile_id, key, slot);
ALTER TABLE ONLY public.meta
    ADD CONSTRAINT meta_pkey PRIMARY KEY (name);
ALTER TABLE ONLY public.objects
    ADD CONSTRAINT objects_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.profiles
    ADD CONSTRAINT profiles_name_key UNIQUE (name);
ALTER TABLE ONLY public.profiles
    ADD CONSTRAINT profiles_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.roles
    ADD CONSTRAINT roles_pkey PRIMARY KEY (name);
ALTER TABLE ONLY public.runs
    ADD CONSTRAINT runs_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.settings
    ADD CONSTRAINT settings_pkey PRIMARY KEY (name);
CREATE INDEX ix_links_object_id ON public.links USING btree (object_id);
ALTER TABLE ONLY public.changes
    ADD CONSTRAINT changes_run_id_fkey FOREIGN KEY (run_id) REFERENCES public.runs(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.credentials
    ADD CONSTRAINT credentials_object_id_fkey FOREIGN KEY (object_id) REFERENCES public.objects(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.links
    ADD CONSTRAINT links_object_id_fkey FOREIGN KEY (object_id) REFERENCES public.objects(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.links
    ADD CONSTRAINT links_profile_id_fkey FOREIGN KEY (profile_id) REFERENCES public.profiles(id) ON DELETE CASCADE;
