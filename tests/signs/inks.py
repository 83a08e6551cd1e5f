"""A word or two of each script, drawn once: one bit a pixel, 36 rows, PNG in base64.

From free fonts that the classifier was not trained on (C059, Jamrul, Kalapi, Meera, NTR, Nafees,
Navilu, Saab, Sahadeva, Samyak Tamil, ori1Uni).
"""

from __future__ import annotations

import base64
import io

import numpy as np
from PIL import Image

_INKS = {
    "Devanagari": (
        "iVBORw0KGgoAAAANSUhEUgAAAMwAAAAkAQAAAADtTuiwAAABaklEQVR42nXSsY7TQBQF0ONJtLgiW1JEkT9j"
        "u/Vn0PIHlJRTUlDsJ+xn0OGsVoKOFBSULhAKBVIUIbFZOWMKx2sT8C0svbnjO+++d7PWEw55loZqHeJQzI1R"
        "hGpcts7wRrVcZfUswtWzyNUsrgRwG6D8W7ujJP+ioy77ctziXJYOb4ebGbSHBYKAONysyHrBxGzXU/n96K3Q"
        "shwcH6PZyd08s36v7uyxKCq8+iqrQ+CWyg4V6SUpbjrBFDd+DoP8fu6LQ+j6/EFb5kiCMveo8M4H7JuKAhqh"
        "LUqZqnndDeuIOKfdCm5ofkvUOMCLEjeCz1HKtckeTYuP8dRG3W1wPmygbvBJsHugLE5iLWwf8E3wa8Mamojr"
        "ksfdSfDYLzeVuENbYP9kuT8Zkjemhl138qEbKy51y266TyoDarYucvfwJWGTxvKL5VmghuhdPP9/2Jg9mqLE"
        "SSqVJrFbTVLXzeRbdTP515DgHn8ABOx9HIT9kbYAAAAASUVORK5CYII="
    ),
    "Bengali-Assamese": (
        "iVBORw0KGgoAAAANSUhEUgAAAO0AAAAkAQAAAABN0YBeAAAB1ElEQVR42n3TMY7cRhAF0MceYoeBYDHTRLs8"
        "gkJHEn0DH2GOYUDQitIF7CPsTdzWCfYGprMJaWCDXoHDUsAZ7UCQ9ic/+FXd+FW/OKEaPaGsdI23ERER7+MJ"
        "y4n/nSrh53hMleeQ0rOyTcE2u/l/4GWmKl6VPb+oorMdV3nlgaqsLTW3UjNi96uZ14aetLXAuyxzM+DDoho3"
        "yzYyLyMrVDG55gZVhGrcxp+ReRujsrWJ4lrqcMVA43fIWgzUSIFduetpddh4aGjU/yWkN9jfHzq6JjpePB5r"
        "9M34GxKqIc8tMZt4ffCJ0snjQJq5imHBm2Up5FFmbpmQBpovojkPUW9kadatJrQHMMdMfaQiavSkQncHan/g"
        "4ZyI3qn7W07+WinwSTefZHtV4TPML+jwz9zWJ3narf5g2dBjvJ0gNZQr9cQ4ImS35x/W7i9roKYW+q6aMfV7"
        "J98xZHeUBu53CkqXm0yqcdcZmAs81Cbr2NbHB4f2EccWjik6LI12IH3eMDcX2fy4er/SIVU1x8vo5nPV30ij"
        "nuFCvj9VxYJkeOq4PL/RjDTtL6eOeaWDA1LZ5XXzZyznqtGalm8Pks/TdHzfQxUX57/N351/iviBqwu0z93v"
        "Vx0Q0yFUE78kAAAAAElFTkSuQmCC"
    ),
    "Gurmukhi": (
        "iVBORw0KGgoAAAANSUhEUgAAAGQAAAAkAQAAAABXwaKVAAAA5klEQVR42oXRvU3DUBSG4edeLJwiChE1EmGD"
        "iAWIqDJGWIS4YAA2gCEoKM0GTICSBZAREaRwfClMiF3xda/eI50/OLHPEfnTRflLGYPLsHeR3VKH6uqxQ5mu"
        "2/Som9IylVcppZRSFaddFeeT9Y2PkOXhJd7H1YxDh3DfzrSD+NXOmFqXCjBAI45CgfMxgVgfgzch3omTvPBQ"
        "onEragTWpxnE2UZcz2wHAfF5Btr142vBihrF30ZZ0hBVmtI0ka5hsTA9G1F+7ys/3zGHycQ4VBSZ/zPsXXDY"
        "c1UXwrbn6h7lh98eTuYHfc9Ad0Fas4UAAAAASUVORK5CYII="
    ),
    "Gujarati": (
        "iVBORw0KGgoAAAANSUhEUgAAAXcAAAAkAQAAAABa1ke+AAACpklEQVR42n3VsY7cVBQG4M/Xo50plp0pU6yy"
        "I1FABVNOsYIRWiGeAi1dOlZUIKGME1YKRSQoKfdBQHGyKVKkWN7AQISSbrJaiQlyrlPY47FHiNv4XJ/f555z"
        "/v9cA8aZ/12fbowAp2bNywn2JXzSAe+xyAWOMtKMwjLfY5mbY1+aqfIeviqMWa6EwzP4RkI2bSFJP53k8S0T"
        "jITTEXytkvxRtIDwpDX3EfJzU+59Lnx3AhcIF4ttxEetPWvqXOB3YfTnTitKGGz7dQwZd7AWrFpPBmm68/23"
        "4FUCZRZ2Oz3Y2Sd1vPJ+0eS17vtHO60JNS6e5IiCJO3l8962iPq8mojqwwwWgf2mtggOO99urcx4o4eq9Sz+"
        "SznDuqHZ3Q1+1MfV5cTOuy+Ii6Ls6K1e1Qd5e0j18Sah6BzvN7s8OFhvCv6lc8ykl1R1mJ830efHaVUYV5GS"
        "ubNan+VWPs/3WCbPh0izcHIcqybci07Ejj0bcS88wfEgCz/cCbFhsuiw2rGzGbzBZwSFc1aPR433WVPYFn+Z"
        "bwT4aihkeauYDiZ0rAKGJcqPBAuZjoj+3mkNb0Ybng9/Fe5Phz29vHbaR5vCQUT+UqgmE8Q2l/U/Waul3fX0"
        "QvDwS1TZhtpytDNu2byW4YK4EFx+3/O/9XNPe/Grs944uHq5IX0qQ1Irp3mobhetDCuC1+2tM0nbqNW07WjW"
        "afO0N64/djaT/Y310/VeZ3a68/50vg31cLYR9HWHzUmDn5Gk/nqUuYU9SX75WydQiiDlWYNfYGB1XV8nI1zd"
        "dMQ3YDQg8+IAnBUMH8DhnIPbyWXvdzAcczxOHzCueVwWpBGOVgzLpOpRkkaOYhoZlgHyghhhtULZh4uRVYyR"
        "8ibAVU5Vwrrg37Vlf3pL1jdVydvJO9bj1LnjG9fIAAAAAElFTkSuQmCC"
    ),
    "Odia": (
        "iVBORw0KGgoAAAANSUhEUgAAALAAAAAkAQAAAAABO42mAAAB40lEQVR42m2PMYsTURSFv3dnmAkSdkYQGSGQ"
        "sbB/gkUQIbNg4c8INrYpt9ji6TZbCKa09A8IaVdW9m0j27l/QPetLpJyNkyRhPE9i2Q1oqc5l+8euPdAgKEh"
        "swwNapF3MoOHKFhCzdARHKnXRd+mwUr3lVaXhxxNossCblPcKztxSY9BZHq4QUqPnWiq9bjHWHpcRWaunEuZ"
        "439WWts7nMmAecJS7OwWS3IMoLmSmmVOawwlrQE7yjHUAm2LBxZ45YBp5RAZARADIBHggIUABoag4WnHAmNA"
        "wJcEAEJYApEDJQIOlCcHqOCJhVYe5JCBMmQvSQ1U1X1H/KZ8GOvd0Dna05wWoynPw11F/Ank8S5LHX845EsD"
        "F+/6H2NxFdcvSov5PpP95hlU5yfnQWpkj4nirHaxxwF8XSEwat3JPq6xIYyhhJZEOI09QINZQYMByIWdEKgw"
        "m/7r91vBQYmnu26KBSiFb4qJCRUKoEuHKsbJSo75DGWJhRx+MJ4nsajX3jjL2wHAWcH1gVO6JvLKoum71Br6"
        "tY6CSRcJLLBoUhMZyBx4lEuBhN9SFOoAQFDuDw4060GQgi3JjYV8Gy9u2ibpNo7UxSaf2S2sTNicfH+8HefR"
        "xuu/btqI/2mkAP7dzQB+ATCcs7wS+xK9AAAAAElFTkSuQmCC"
    ),
    "Tamil": (
        "iVBORw0KGgoAAAANSUhEUgAAARgAAAAkAQAAAAB6OhhDAAACAElEQVR42oWUMW8TQRCFv907+U7JKXYKwJYi"
        "EiioQwGyRCAnaCxR8Bco6UhSIRSUtaDPTyBI+QG0dAtEkJqCiuIMFhVSLiGgxZxvKC6ObaHzvWqLt29m37xZ"
        "OINHKbTKi4Nvyjk1ZQEI41KOf0kfUQF9WYoizpaT2rQrddr0Kzkp1UiIKnUAJZnKdgSpW/J1MUCNbdbFInW7"
        "LiREnrhAZOCJpJ7IEGABYeev91wk3XiqE8APL/hvb/rquDOve7cAUC9M7wa+Ou6kv3VRconVOCDsL9A4ayKH"
        "mICwX/QDOM8wp/bTTHdGncbAnNo/Ab0CwGp+CHpr0PSm3dJbDjRrxUgTmjhSRn4JQBMHaO4RZflj4xMcwAOr"
        "RxLq5a4JDgp/HtEgX41TwmVF45qbcC4OlxWgzRfT8v2TCG434M9EatTmyrABoBfBwRFwasCN0yhAZjLO384p"
        "WKiNZZQF4/BroD9Op30wJk3NNARDRDiUyE5KQTiUCPT3vc2+z6KGJKUZds8vb5uUJMWBx4fu4vxxoHo/fu21"
        "3v2Mr3/uAUF2/82r+O7Xh61P7YwgJ8hY9pK1unXUu+kSQCAZYr7tWseTDZgR1vcGYEOfh+F/nL0snbHmqCti"
        "Qb32SxmBK5R0Uq5SF8kLB3UpZ6gCXYRWz9iqi9Vf07Orh1XbqcRWb/md0eEf1H6qf8rG1x0AAAAASUVORK5C"
        "YII="
    ),
    "Telugu": (
        "iVBORw0KGgoAAAANSUhEUgAAANgAAAAkAQAAAADDC8kiAAAB1UlEQVR42p2PP2sUQRiHn5lZdhfR2wVBpki8"
        "rSzlCosVjtxo/BL2foDDQkzjzWGhpZVYWJxfwyJuQkAbEfIJJhJkyyX4Zy/s3Vjs3kmES5G3mYd5+M37G7gw"
        "kbcr9O6iou+rjpRfBi0Vpj235Z/OBVPfgii6mxzdUYiS/z1KuaZF6+QqF6yNsMAOEK27rGuqCvreQo+orRz9"
        "K94gOQLuotHg3XyVrzHIkx0DQx6LOyi06nIuZAhQgMMRErHVLRYumjpki8AJEdc6J2fSzJCoAjLeg7AYAQwG"
        "jLmJAUZJJTwj9yL55p4lDdS5mFfbBx7J1/R6iDV6v/czDVOJcqH8xNkhBZDfToRzQ+7bXA8jq3QS5XkYCSeh"
        "Lm/4qTum5rS8d47S9auAc+/fSIhNQ1pATEWFETRm9yMxhYTTWcYhNQDWg12I8hdLYsng7B0mBr5biSBrLHqe"
        "WUDypd5nBlBqkJbFLnthAyAJOBIpxJBBYCCwViyBWopjcMVv04NHSyY4KogtEiMRrwlLM8jgaYr+ALceuN5D"
        "5tMxLBqSvvM16nPNcGLJvd3zKF/A85ooKUYO8bJiawT5hPESPFcevVnJJ5fkflySc1fMvVV2kwtUc7Ax2N/8"
        "/7+Ja6HYuchBtAAAAABJRU5ErkJggg=="
    ),
    "Kannada": (
        "iVBORw0KGgoAAAANSUhEUgAAASoAAAAkAQAAAAAWPEpGAAACuUlEQVR42o3UsW4dRRTG8d/OLrm3sOQVlYuI"
        "u/ACpATJsTepKHkBpPAGFCkcKbEHRJGSB0DITxJWwYI2vMEEpXCDNBaWWJvNDsXaSSCRYIrd0TdzNEfn/L8D"
        "e/7XKv99JVCJoMetVyr4ZJG3BLxYtGN8tmzfWwI1i/z+EteDFsPb77Xk5dpbh9M7cnMTVFbxOmBr+dUD1XXG"
        "+7N6YJM3aXtkh6rEW1BGNtlqZjOUYpPVJe2n/awqbIoJ2yWrS3I0sZ9KifuTTbGbS1SXwVGuZuxPbIqqDBzl"
        "snI0ORo8zGWwKqmeVAUlcTRYZcKF9oEHH1VxMDlh55u2eYGIHVUc7HxHYOyr8Sw4JO9RjqzdLC3u3BAc4ity"
        "rlOVtutSPErVYNe4XWarARt1KfbLKDC3IY2HfTc8TdgVR/NS4NNh7ruYjEJWGJTbL+iXll+06DB15dPT/nm/"
        "dOFxg/tz12sGB060d83wsnVw2bm9JXyYYaoy4noh44tfr1r5uMq43wuBQSSV9rT/WJXxcLwC6UQqbZV/E5qk"
        "wV18f+vJAsE49VpIASGdCeuB9QLTvD2h/inm+RU/A80wCm2E5oRY4im23E06OHTWLAnHsKmvoVyTSO0rE339"
        "mtKw1yzbSBU7QbfXDFecRqJ1QXiT5/O2o5QeMvrx2iPhYM1oHRnD7+vPr8zdIpx0ML52ZFw+6du1YbIYgLld"
        "L2eNsBRoG5ph0LCLdfjnNAg6u1PfuS47pj6Q8BicWcew7ju6PZGp78M6OtBt3Wjg51aUxVscXFzk6q9xFatU"
        "Px83P3iUq6n8WKJ62DxZxSqt/piFX/68oTQjzB/I9zzNavdEC/RMW7Mgx2dinoRUnI6zlEp8mQu6cZqENDvX"
        "PDs+rhwvFejvXJ7Lg+Mvzy+ZXY7iSonVGy2o47/GS5XeKb+13hhUfwPM+y44BaaHxQAAAABJRU5ErkJggg=="
    ),
    "Malayalam": (
        "iVBORw0KGgoAAAANSUhEUgAAAOwAAAAkAQAAAACiE+tgAAABuklEQVR42qWTsW4TQRCGv12vOBcod6URln2P"
        "ECoMMvEW1DwBEn4CuDIg5KwlC+hwCV0QL8AbcIEIufQDUKxIJCgXN2zQskthB9z4Cpj20//PaP4ZgNywqySw"
        "rxsxZSO+QbO6uTf8KwZgvFvdChHyr5HctZjktfCjlxboiAiQp2TGo5RM37dEeu+yeJQ80M2SAVkcLzV3WOoH"
        "z5DfDtrtN09+KYDOUgPD/okd24moXd7Kpm7Yy05CD+geCAsyxD7CTlPpPBw5G4P88h3gZwLk4DpzKRYIG0wG"
        "qy71Ow8w6Beg3GAOH7YXpx4HhqfrJKSBGkDWkQjeA0w/QnXrBUjcAmYT8VedBSQGDuvcyI3tPQt/YjdqpsGx"
        "r3fsfAJYbpeXeFVuZlj7pxLgx/wSp0147faWR4UENIY66q101/N4UHPnIUhA4WHP4pllgDGApNBV1IZUto0A"
        "FEJxgaVAG+RiUZF6d9/aV0UIhvsrwvOM6cguXlfXKnmeCUtxs0sNUXN4AQ/3ggR1xX6yyi2PE4+66E5GgioQ"
        "Q4jmafh8Jmy968iuDhovtbCNOKj/eoPQiFXZ6Jr7RrVvxmEJwG9VVag2svgoMwAAAABJRU5ErkJggg=="
    ),
    "Urdu": (
        "iVBORw0KGgoAAAANSUhEUgAAAIAAAAAkAQAAAABpyA+eAAABIklEQVR42l2SO07DQBCGv1kbiMQjLigQQsQF"
        "Eh3akg4fgQsg+SCIDBIFBXeAo0wRiQ5RUi4dBQrpcOFkKWLHxtPs6pt/nrvQmDSna8H+EFzw3yQU60vSgJ1s"
        "Yq1TAU4mvRwCHN504ZoAshhUOXgfgHHRgQLgmJ5i1W/IAaaQ9oDkgGtbdJthU21BDMCHQtY4TdRILMH3Q1b5"
        "klEHcmK2qeK1BHjsyuYUCjMIgHOMGDfSFBDXCj8poOTMETDPlnL/9E12eQ1HpY9hJ/7GWDGN0a23WlPzAhAd"
        "BCzAHK2wQErF4seWPNdfC8L5CjwlyHrUDKDENk/twYkm3Ywe3HbYM7FdgAcUuNIpEk4BeUsMuKNGwi0gcazt"
        "ql8rQObTwR+ZAfwB1vFPldLXm3MAAAAASUVORK5CYII="
    ),
    "Latin": (
        "iVBORw0KGgoAAAANSUhEUgAAAk8AAAAkAQAAAAC4EONzAAAEDUlEQVR42oWWsY4kNRCGP3taTAuN6EYi2AA0"
        "hojwwgtOGj/KPcKSXYDUvhMShDzCvgne4wXuDc6cCAgttIFZvC4Cu90zuwc4me6xu+qvv/76u+HREuAYeboW"
        "z/8sKVKWJCLpJBH2cuuQwl4CSz6JFDiJCDuJoEQkLxKWLJlJfpSylJOEU1lE0BQg9chXfMMOdZHNAhw4/Dem"
        "oMGV9S7Cy9dfcPjLeAB3fvLZra4XGQKgmYFCASjAFcc4xclPaR93BRAWdwxTYAlK/K6oDMuUFha3gEqn27TP"
        "TGFfOCYWP4VdYR/3ecqaCHi4B0AJHhO2gsXBA8kr57xDJwQg3QAGgBsK+R2khtORKkxdCM56Zpg1vsL/Ht5r"
        "IViItpbICDYB88pC1jo2AQgAQ64cjR2WB2YYKqGhMbgG8F8xAJ4MGmBmblsjRNUODjDA2t8MhgF8T+MAXrST"
        "gIaZArH+MSfQAgOOEUcGVCTGsWNMcBbtVa8XvRYyR3KvKq+6rxW3HIBzDeWMIoKKLWQCDQYDfAuAiUgtLPI5"
        "wKdAMC1cL0so6AC8CRutGhgzhuebIEv/GfksAIRSo+17xNoCDr4xzFA0WCwEbsY2IyOAgi8FEn/UJnI24ZG5"
        "tkAxO0gIMyM6jYlUgScgkCpToY6eqSq9swD8qeDnFbcLyHELn1fadz3n/cWF7/PcPcgA/F3B217vs6Thmmvs"
        "i9hkv3HhYJ7yqoHw2AkmC7xe6z36d/rRgdXfdCKWyy3T7QSDVQWv1dYnsRoV1OYxTd0j+DPP2prbjSa1yH3r"
        "AxryEOCnJ1amfwc+9Gi+piqduXwB9u0VGo0Gl8NWAJAH8GAk8cQEV291DDjb6pUBzeDxHzt8WP3y3JeHyqfF"
        "kXDNTsiARuczd+5XM7gtunqyn4hcA8WbrV16fUh54Hqlv42/JV5fYt0yq3Zn11u9/v32XIiGEak+5botOn/R"
        "zwAjYV7rBV3PSQXpgCuAKHU4/CM9NBtwqido3uhAQxHg4Qff3MestMwAX0c6ctfDRgIeSOev8fpK1asPOrCx"
        "1l9dXm+uI6s515BvNpiuy7fUpjkGsCRmnJ+b+ofeIV06KBV0a3QCb4kKOLQDBeNwIx7cmeXgxq6AYbM9DSwV"
        "wVCbJoAm1wZbYA4YFUEJhmjWZwcg2PGuCcXbwTewMQPVmpl1y6icgpeE+ZOQR12qMhS83JyzU2xGMGUAA5pg"
        "Bt8aE1XiJCKTiPgpH53KU1Ty662USUQ8iHj28eRhJwLHeOKYXp3kVspJwpSO7CVIGkASFmQG/N0uKHbxt/UN"
        "2ZWVJ68aX3H6RRuwTSRp/14/Z3bfaS6+8B54AMvNuTq3jbruuO+fZBbum5gjKlyM/zHAPn/EU07h3z4llwAw"
        "uX8A+evWDG+rVW8AAAAASUVORK5CYII="
    ),
}

SCRIPTS = tuple(_INKS)


def ink(script: str, height: int = 36) -> np.ndarray:
    """Coverage (height, w) of the words, float32 in [0, 1]."""
    image = Image.open(io.BytesIO(base64.b64decode(_INKS[script]))).convert("L")
    size = (max(1, round(image.width * height / image.height)), height)
    return np.asarray(image.resize(size, Image.Resampling.LANCZOS), np.float32) / 255
