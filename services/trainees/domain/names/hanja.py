"""How the hanja of Korean names are read: the surnames, and the characters that given names use most."""

from typing import Final

# Reading and the characters that have it; of two readings both, as 李 is 이 in the south and 리 in some registers.
_READINGS: Final = """
가 佳嘉歌 강 姜康强剛江鋼 건 建健乾 결 結潔 겸 謙兼 경 慶京景敬瓊炅卿經庚璟 고 高 공 孔 곽 郭 관 寬觀 광 光廣
교 敎 구 具求九球 국 國鞠菊 권 權 규 圭奎珪揆 균 均鈞 근 根槿近 금 金琴錦今 기 基起奇氣琦棋麒紀 길 吉 김 金 나 羅娜奈
남 南男 노 盧魯 다 多 단 丹 담 談潭 대 大臺 덕 德 도 道度都到桃 동 東童棟 두 斗杜 라 羅 란 蘭 랑 郎 래 來 려 麗 련 蓮
령 玲鈴 로 盧 록 綠 룡 龍 류 柳劉 리 李利理梨 림 林琳 마 馬麻 만 萬滿 매 梅 맹 孟 명 明命 모 牟 무 武茂 문 文門 미 美米
민 民敏旻珉玟閔 박 朴 반 潘 배 裵培 백 白百柏 범 範凡汎 변 卞邊 별 瞥 병 秉炳丙柄 보 寶甫 복 福 봉 奉鳳 부 富 빈 彬斌
빛 光 사 史 산 山 상 相尙尚祥常 서 徐瑞序西書舒 석 石錫碩奭 선 善宣先仙鮮璇 설 薛雪 성 成星聖誠性晟盛 세 世勢 소 蘇素昭
손 孫 솔 率 송 宋松 수 秀洙守修壽樹受 숙 淑肅 순 順淳純舜 슬 瑟 승 承昇勝升 시 時詩始施 식 植 신 申信新愼伸 심 沈
아 雅兒娥亞 안 安 애 愛 양 楊梁陽 언 彦 엄 嚴 여 呂汝如 연 姸妍娟演延然蓮燕 열 烈悅 염 廉 영 英永榮映瑛營泳暎 예 藝禮睿
오 吳五 옥 玉 온 溫 완 完 왕 王 용 勇龍容鎔用 우 宇佑禹雨祐友 욱 旭昱煜 운 雲運 웅 雄熊 원 源元媛圓原苑 위 魏 유 劉柳有裕維
육 陸 윤 尹允潤胤 율 律栗 은 恩銀殷誾 을 乙 의 義宜 이 李伊利怡 인 仁寅人印 일 日一 임 林任 자 子慈 장 張章蔣 재 宰在載材才
전 全田錢 정 鄭丁貞靜正政廷晶禎井 제 諸濟 조 趙曺曹祚 종 鍾宗種鐘 주 朱周柱珠宙 준 俊準峻浚濬 중 重中 지 志智池知芝址
진 眞真陳珍鎭振進秦晋 찬 燦贊讚粲 창 昌倉彰 채 蔡彩采 천 千天 철 哲鐵喆 청 淸 초 初 최 崔 추 秋 춘 春 충 忠 치 治致
탁 卓 태 泰太兌 택 澤宅 평 平 표 表 필 弼 하 河夏荷 학 學鶴 한 韓翰漢 함 咸 해 海 향 香 허 許 혁 赫爀革 현 玄賢炫鉉顯弦
형 亨炯衡 혜 惠慧 호 浩昊鎬虎皓 홍 洪弘 화 和華花 환 桓煥歡 황 黃 효 孝曉 훈 勳訓薰 휘 輝徽 희 熙姬希喜禧
"""


def _by_character() -> dict[str, frozenset[str]]:
    words = _READINGS.split()
    found: dict[str, set[str]] = {}
    for reading, characters in zip(words[::2], words[1::2], strict=True):
        for character in characters:
            found.setdefault(character, set()).add(reading)
    return {character: frozenset(readings) for character, readings in found.items()}


_BY_CHARACTER: Final = _by_character()
_FIRST_IDEOGRAPH, _LAST_IDEOGRAPH = "\u3400", "\u9fff"


def is_hanja(text: str) -> bool:
    """Whether `text` is written in Chinese characters, all of it or in part."""
    return any(_FIRST_IDEOGRAPH <= character <= _LAST_IDEOGRAPH for character in text)


def may_be_read(hanja: str, hangul: str) -> bool:
    """Whether a name in hanja may be that one in Hangul: no character says no, and at least half of them say yes."""
    if len(hanja) != len(hangul):
        return False
    pairs = [(one, other) for one, other in zip(hanja, hangul, strict=True) if one in _BY_CHARACTER or not is_hanja(one)]
    agreed = all(other in _BY_CHARACTER[one] if one in _BY_CHARACTER else one == other for one, other in pairs)
    return agreed and 2 * len(pairs) >= len(hanja)
